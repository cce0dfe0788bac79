package notify

import (
	"fmt"

	"mangoofficesdk/sdk/internal/loose"
)

// Commands whose outcome is typed by name so far (Result.Command).
const (
	CommandCallback = "callback"
	CommandHangup   = "call/hangup"
	CommandRoute    = "route"
)

// Result is /result/<command>: the outcome of a command of ours. Result 1000
// means that the command was started, not that the call was answered (§7).
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
