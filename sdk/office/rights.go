package office

import (
	"context"
	"encoding/json"
	"slices"

	"mangoofficesdk/sdk/phone"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// Rights are what a session may do beyond acting for its own extension.
type Rights uint8

// The rights. Neither includes the other.
const (
	// Supervisor acts for any extension and sees the calls of all.
	Supervisor Rights = 1 << iota
	// Admin changes what belongs to the company: settings, users, routes, the PBX.
	Admin
)

// rule refuses a call of a method that the session has no right to; what is
// wrong with the arguments is told by the method. Refusals are forbidden, or
// call_unknown where the call to judge by is not there.
type rule func(context.Context, *Local, json.RawMessage) error

// rules has one for every method.
var rules = map[string]rule{
	"StartCall":      ownPhone,
	"StartGroupCall": supervisor, // in the name of a group
	"Hangup":         ownCall,
	"RouteCall":      ownCall,
	"PickupCall":     ringing,
	"TransferCall":   ownCall,
	"ConnectCalls":   ownCall,
	"CancelTransfer": ownCall,
	"HoldCall":       ownCall,
	"StartRecording": ownCall,
	"PlayAudio":      ownCall,
	"SendSMS":        anybody, // from the own extension, always

	"APIRequest":      byMethod,
	"GetResult":       anybody, // operations are looked up among those of the session
	"CancelOperation": anybody,
	"GetEmployees":    anybody, // the telephone book of the company
	"CallTracking":    anybody, // who calls is asked by who answers
	"VisitorHistory":  anybody,
	"CheckConnection": anybody,
	"GetSettings":     anybody,
	"SetSettings":     admin,
	"GetUsers":        anybody,
	"SetUsers":        admin,
	"SetExtension":    admin, // whose calls a session may take depends on it
	"RemoveExtension": admin,
	"GetPresence":     anybody,
	"GetLimits":       anybody,
	// The table decides where the calls of all clients go: whoever sets it could
	// take the clients of his colleagues.
	"SetRouteTable":      admin,
	"AnswerRouteRequest": asked,
	"AnnotateCall":       anybody, // adds to what is told of a call, and to nothing else
	"GetCall":            anybody, // of the own extension: seesCall
	"BuildReport":        anybody, // of the own extension: ownCalls
	"GetFile":            anybody, // operations are looked up among those of the session
	"EndFile":            anybody,
	"WatchCall":          anybody,
	"RecordingLink":      ownRecording,
	"DownloadRecording":  ownRecording,
	"LoadCalls":          anybody,
	// Record events are for whoever writes: any session may be the one.
	"GetEvent": anybody,
	"AckEvent": anybody,
	"NakEvent": anybody,
}

// may reports whether the session has one of these rights.
func (l *Local) may(r Rights) bool { return l.session.Rights&r != 0 }

func allowed(ok bool) error {
	if ok {
		return nil
	}
	return text.New(text.Forbidden)
}

func anybody(context.Context, *Local, json.RawMessage) error { return nil }

func supervisor(_ context.Context, l *Local, _ json.RawMessage) error {
	return allowed(l.may(Supervisor))
}

func admin(_ context.Context, l *Local, _ json.RawMessage) error { return allowed(l.may(Admin)) }

// ownPhone: the call begins at the own extension, on a telephone of its
// employee.
func ownPhone(_ context.Context, l *Local, args json.RawMessage) error {
	var a orderArgs
	if l.may(Supervisor) || decode(args, &a) != nil {
		return nil
	}
	if a.Extension != "" && a.Extension != l.session.Extension {
		return text.New(text.Forbidden).WithField("extension")
	}
	if from := phone.Parse(a.FromNumber, "RU").Dial(); from != "" && !slices.Contains(l.phones(), from) {
		return text.New(text.Forbidden).WithField("from_number")
	}
	return nil
}

// phones are the numbers of the session's employee, as they are dialled.
func (l *Local) phones() (list []string) {
	own := l.session.Extension
	known := l.office.employees.Load()
	if own == "" || known == nil {
		return []string{own}
	}
	list = append(list, own)
	for _, e := range *known {
		if e.Extension != own {
			continue
		}
		for _, number := range append([]string{e.Mobile}, e.phones...) {
			list = append(list, phone.Parse(number, "RU").Dial())
		}
	}
	return list
}

// ownCall: the own extension has a live leg in the call, or the leg was offered
// to this session: it was shown it in the menu, or is asked where it belongs.
func ownCall(ctx context.Context, l *Local, args json.RawMessage) error {
	var a orderArgs
	if l.may(Supervisor) || decode(args, &a) != nil || a.CallID == "" {
		return nil
	}
	board := l.office.snap.Load().board
	leg := board.leg(a.CallID)
	if leg == nil {
		return text.New(text.CallUnknown).WithField("call_id")
	}
	if board.has(leg.key, l.session.Extension) {
		return nil
	}
	offered := false
	err := l.office.do(ctx, func(lp *loop) { offered = lp.state.Offered(leg.key, a.CallID, l.id) })
	if err == nil && !offered {
		err = text.New(text.Forbidden).WithField("call_id")
	}
	return err
}

// ringing: to take the call that rings on a colleague's desk is what picking up
// is for, and whoever sits there hears it ring.
func ringing(ctx context.Context, l *Local, args json.RawMessage) error {
	var a orderArgs
	if decode(args, &a) == nil {
		if leg := l.office.snap.Load().board.leg(a.CallID); leg != nil && leg.State == "ringing" {
			return nil
		}
	}
	return ownCall(ctx, l, args)
}

// byMethod: a request can do whatever the PBX can, for anybody. One that only
// reads (a person waits for data, or a report is polled) tells
// of the whole company; any other may change it.
func byMethod(_ context.Context, l *Local, args json.RawMessage) error {
	var a struct {
		Method string `json:"method"`
	}
	if decode(args, &a) != nil {
		return nil
	}
	e, known := vpbx.Lookup(a.Method)
	switch {
	case !known:
		return nil
	case e.Urgency == vpbx.UrgencyRead, e.Kind == vpbx.AnswerPoll:
		return allowed(l.may(Supervisor | Admin))
	}
	return allowed(l.may(Admin))
}

// asked: ЗапросМаршрута is answered by the session that was asked, or by who
// stands in for one that is gone. One that is over is unknown, not forbidden.
func asked(ctx context.Context, l *Local, args json.RawMessage) error {
	var a struct {
		RequestID string `json:"request_id"`
	}
	if l.may(Supervisor) || decode(args, &a) != nil {
		return nil
	}
	ok := false
	err := l.office.do(ctx, func(lp *loop) {
		ok = !lp.state.RouteOpen(a.RequestID, l.id) || lp.state.RouteAsked(a.RequestID, l.id)
	})
	if err != nil {
		return err
	}
	return allowed(ok)
}
