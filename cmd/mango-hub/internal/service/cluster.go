package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/front"
	"mangoofficesdk/cmd/mango-hub/internal/relay"
	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/journal/jetstream"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/webhook"
)

const (
	// joinTime bounds the opening of the journal in the cluster.
	joinTime  = 20 * time.Second
	joinAgain = time.Second
	// storeTime bounds the storing of a notification: the answer to the PBX has
	// writeTime.
	storeTime = 20 * time.Second
	// endTime bounds the end of a leadership.
	endTime = 8 * time.Second
	// againAfter is the pause before a hub that could not lead tries again.
	againAfter = 2 * time.Second
)

// member is what a hub of several has, leading or not.
type member struct {
	node   *jetstream.Node
	hook   *webhook.Handler
	relay  *relay.Relay
	resign context.CancelFunc // nil: it has not begun to seek leadership
	done   chan struct{}      // it has ended to
}

// join takes this hub's place in the cluster.
func (s *Service) join(ctx context.Context, oc office.Config, opt Options) error {
	o, err := s.cfg.Node()
	if err != nil {
		return err
	}
	o.Now = opt.Now
	m := &member{done: make(chan struct{})}
	m.relay, err = relay.New(relay.Config{
		Name: o.NodeName, CA: o.CA, Seal: s.seal(opt), IsStream: site.IsStream, Log: opt.Log, ErrorLog: quiet(opt.Log),
		Leader: func() (string, string) { return m.node.Leader() },
	})
	if err != nil {
		return &config.FieldError{Field: "cluster.tls_ca", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	// After a power failure the servers may come up later than this hub.
	for m.node, err = jetstream.Open(ctx, o); err != nil; m.node, err = jetstream.Open(ctx, o) {
		s.log.Warn().Err(err).Msg("the NATS cluster does not answer")
		if !group.Sleep(ctx, joinAgain) {
			return &config.FieldError{Field: "cluster.urls", Err: err}
		}
	}
	m.hook = webhook.New(webhook.Config{
		Credentials: oc.Credentials, BasePath: oc.Listen.Path, AllowIPs: oc.Listen.AllowIPs,
		MaxBody: oc.Listen.MaxBody, ReadTimeout: oc.Listen.ReadTimeout, Sink: s.take, Log: opt.Log,
	})
	s.member = m
	return nil
}

func (s *Service) seal(opt Options) front.Seal {
	return front.Seal{Secret: s.cfg.Cluster.Secret, Now: opt.Now}
}

// shareEvery is how soon a token is known to all hubs, or revoked at them.
const shareEvery = time.Second

// share keeps the tokens of all hubs the same: a session is asked for its token
// by the leader, wherever it was made.
func (s *Service) share(ctx context.Context) {
	log := s.log.Sample(&zerolog.BurstSampler{Burst: 1, Period: time.Minute})
	for {
		if err := s.member.node.Exchange(ctx, "tokens", s.tokens.Merge); err != nil && ctx.Err() == nil {
			log.Warn().Err(err).Msg("the tokens are not exchanged with the other hubs")
		}
		if !group.Sleep(ctx, shareEvery) {
			return
		}
	}
}

// take is the sink of the webhook. A hub that leads appends with what else it
// writes; when the leadership ends over it, or somebody else's goes on, the
// notification goes into the log all the same: a key that is there is no second
// one.
func (s *Service) take(ctx context.Context, item notify.Item) error {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if w := s.works.Load(); w != nil {
		err := w.office.Accept(ctx, item)
		if err == nil || errors.Is(err, journal.ErrFull) || ctx.Err() != nil {
			return err
		}
	}
	return s.member.node.Append(ctx, item.Key, item.Encode())
}

// seek leads whenever no other hub does, until ctx ends.
func (s *Service) seek(ctx context.Context, oc office.Config, opt Options) {
	defer close(s.member.done)
	wait := firstFill
	for ctx.Err() == nil {
		waiting, cancel := context.WithTimeout(ctx, wait)
		store, err := s.member.node.Lead(waiting)
		over := waiting.Err() != nil
		cancel()
		if err != nil && over && ctx.Err() == nil {
			s.follow(ctx, oc) // nobody needs this hub just now
			wait = fillEvery
			continue
		}
		wait = firstFill
		if err == nil {
			err = s.reign(ctx, store, &oc, opt)
			_ = store.Close() // it gives no error; the next hub may lead at once
		}
		if ctx.Err() != nil {
			return
		}
		s.log.Warn().Err(err).Msg("this hub does not lead")
		if !errors.Is(err, jetstream.ErrLost) {
			group.Sleep(ctx, againAfter+time.Duration(s.cfg.Cluster.LeaseSeconds)*time.Second) // another hub may be able to
		}
	}
}

// reign is a leadership, from its beginning to its end.
func (s *Service) reign(ctx context.Context, store *jetstream.Store, oc *office.Config, opt Options) (err error) {
	s.log.Info().Str("hub", s.cfg.Cluster.HubName()).Msg("this hub leads")
	if err := store.EndLeases(ctx); err != nil {
		return err
	}
	if err := s.fill(ctx, *oc, store); err != nil {
		s.log.Warn().Err(err).Msg("the finished calls are not taken over from the log") // statistics have the calls
	}
	oc.Store, oc.Webhook, oc.Allowed = watched{store, &s.results}, s.member.hook, store.Held
	w, err := s.work(ctx, *oc, opt)
	if err != nil {
		return err
	}
	s.works.Store(w)
	select {
	case <-ctx.Done():
	case <-store.Context().Done():
		err = context.Cause(store.Context())
		// What is under way to the PBX must be over when another hub leads.
		_ = w.office.Client().Close() // it gives no error
	}
	s.works.Store(nil)
	oc.UsersRead = w.office.UsersRead()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	return errors.Join(err, w.close(end))
}

// watched shows what an office reads of the log to the check that waits for the
// result of a command: another hub may have taken it.
type watched struct {
	*jetstream.Store
	results *check.Results
}

// Read implements journal.Store.
func (w watched) Read(ctx context.Context, from uint64, limit int) ([]journal.Record, error) {
	list, err := w.Store.Read(ctx, from, limit)
	for _, r := range list {
		w.results.Stored(r.Raw)
	}
	return list, err
}

// leading is what the leader has; an error that names the leader, if it is
// another hub.
func (s *Service) leading() (*works, error) {
	if w := s.works.Load(); w != nil {
		return w, nil
	}
	name, address := s.member.node.Leader()
	if name == "" || name == s.cfg.Cluster.HubName() {
		return nil, errors.New("сейчас ни один хаб кластера не ведёт, повторите через несколько секунд / no hub of the cluster leads now: try again in a few seconds")
	}
	return nil, fmt.Errorf("ведёт хаб %s (%s): выполните команду на нём / the hub %s leads (%s): run the command there", name, address, name, address)
}

// place is what this hub is in the cluster; nil: there is none.
func (s *Service) place() *status.Place {
	if s.member == nil {
		return nil
	}
	p := &status.Place{Name: s.cfg.Cluster.HubName(), Leads: s.works.Load() != nil, Reachable: s.member.node.Reachable()}
	if p.Leader, p.Address = s.member.node.Leader(); p.Leads {
		p.Leader, p.Address = p.Name, s.cfg.Cluster.Advertise
	} else if p.Leader == p.Name {
		p.Leader, p.Address = "", "" // it is about to
	}
	return p
}

// leave ends the leadership and lets another hub lead.
func (m *member) leave(ctx context.Context) error {
	if m.resign == nil {
		return nil
	}
	m.resign()
	select {
	case <-m.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the leadership has not ended: %w", ctx.Err())
	}
}
