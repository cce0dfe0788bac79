package telephony

import (
	"context"
	"slices"
	"sync/atomic"

	"mangoofficesdk/sdk/hub/share"
	"mangoofficesdk/sdk/office"
)

// Share is where the sessions of mode share look for the one that hosts.
type Share struct {
	Candidates []string // share.candidates: host:port of machines, in order
	Listen     string   // share.listen: where the host awaits the others; "" = the port of the first candidate
}

func (s Share) equal(q Share) bool {
	return s.Listen == q.Listen && slices.Equal(s.Candidates, q.Candidates)
}

// share is what the parameters say of mode share.
func (p *Params) share() share.Config {
	return share.Config{
		Office: p.Office, Candidates: p.Share.Candidates, Listen: p.Share.Listen, Session: p.Session, Log: p.Office.Log,
	}
}

// openShare looks for the session that hosts, or becomes it. It does not wait:
// the state tells when there is one.
func (p *Process) openShare(ctx context.Context, params Params) (Link, error) {
	l, cfg := &shareLink{proc: p, key: params.Office.Credentials.Key}, params.share()
	cfg.Version, cfg.Now, cfg.Open = p.opt.Version, p.opt.Now, l.open
	var err error
	l.Link, err = share.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// shareLink notes what the next Office has to know of the one of this process, if
// it hosts.
type shareLink struct {
	*share.Link
	proc   *Process
	key    string
	hosted atomic.Pointer[office.Office]
}

func (l *shareLink) open(ctx context.Context, cfg office.Config) (*office.Office, error) {
	o, err := l.proc.host(ctx, cfg)
	if err == nil {
		l.hosted.Store(o)
	}
	return o, err
}

// Close ends the session, and the Office if it runs here.
func (l *shareLink) Close(ctx context.Context) error {
	err := l.Link.Close(ctx)
	if o := l.hosted.Load(); o != nil {
		l.proc.left(l.key, o, err)
	}
	return err
}
