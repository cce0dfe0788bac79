package notify

import (
	"fmt"

	"mangoofficesdk/sdk/internal/loose"
)

// The commands that have an outcome (Result.Command), §3.2.
const (
	CommandCallback       = "callback"
	CommandCallbackGroup  = "callback_group"
	CommandHangup         = "call/hangup"
	CommandSMS            = "sms"
	CommandRecordingStart = "recording/start"
	CommandPlayStart      = "play/start"
	CommandRoute          = "route"
	CommandTransfer       = "transfer"
	CommandCallsConnect   = "calls_connect"
	CommandTransferCancel = "transfer_cancel"
	CommandHoldOn         = "call/hold/on"
)

// Result is /result/<command>: the outcome of a command of ours. Result 1000
// means that the command was started, not that the call was answered (§7).
// Commands that nobody knows yet are read alike.
type Result struct {
	Command   string // the path after /result/, e.g. "call/hangup"
	CommandID string // may be absent: ""
	Result    int    // code of the PBX
}

type wireResult struct {
	CommandID loose.Scalar `json:"command_id"`
	Result    loose.Scalar `json:"result"`
}

func decodeResult(command string, raw []byte) (Notification, string, error) {
	var w wireResult
	if err := parse(raw, &w); err != nil {
		return nil, "", err
	}
	r := Result{Command: command, CommandID: w.CommandID.Text(), Result: w.Result.Code()}
	if r.Result == 0 {
		return nil, "", fmt.Errorf("%w: result", ErrIncomplete)
	}
	return r, idKey(r.CommandID), nil
}

// StatsReady is /result/stats: statistics that were asked for are ready and
// can be fetched by Key (§3.4.1).
type StatsReady struct {
	Key       string `json:"key"`
	RequestID string `json:"request_id"` // given with the request
}

func decodeStats(raw []byte) (Notification, string, error) {
	var s StatsReady
	if err := read(raw, &s); err != nil {
		return nil, "", err
	}
	if s.Key == "" {
		return nil, "", fmt.Errorf("%w: key", ErrIncomplete)
	}
	return s, idKey(s.Key), nil
}
