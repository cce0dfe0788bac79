package service

import (
	"context"
	"io"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
)

// Users are those of now, whoever named them.
func (s *Service) Users(ctx context.Context) ([]engine.User, error) {
	w, err := s.leading()
	if err != nil {
		return nil, err
	}
	v, err := w.office.Overview(ctx)
	list := []engine.User{}
	for _, u := range v.Users {
		list = append(list, u.User)
	}
	return list, err
}

// SetUsers replaces the users.
func (s *Service) SetUsers(ctx context.Context, list []engine.User) error {
	w, err := s.leading()
	if err != nil {
		return err
	}
	return w.office.SetUsers(ctx, list)
}

// Again offers events once more; see office.Again.
func (s *Service) Again(ctx context.Context, wanted func(journal.Kept, engine.Event) bool) (int, error) {
	w, err := s.leading()
	if err != nil {
		return 0, err
	}
	return w.office.Again(ctx, wanted)
}

// maxParked is how many parked events are listed: more have one cause.
const maxParked = 200

// Parked lists the first events that are parked.
func (s *Service) Parked(ctx context.Context) ([]status.Parked, error) {
	list := []status.Parked{}
	err := s.Kept(ctx, func(k journal.Kept, ev engine.Event) bool {
		if k.Parked {
			list = append(list, status.ParkedOf(k, ev))
		}
		return len(list) < maxParked
	})
	return list, err
}

// replay sends a parked event again, or, for "", all of them.
func (s *Service) replay(ctx context.Context, id string) (int, error) {
	n, err := s.Again(ctx, func(k journal.Kept, ev engine.Event) bool { return k.Parked && (id == "" || ev.ID == id) })
	s.log.Info().Str("id", id).Int("events", n).AnErr("error", err).Msg("parked events are sent again")
	return n, err
}

// Kept lists the journal; see office.Kept.
func (s *Service) Kept(ctx context.Context, fn func(journal.Kept, engine.Event) bool) error {
	w, err := s.leading()
	if err != nil {
		return err
	}
	return w.office.Kept(ctx, fn)
}

// ExportCalls writes the stored calls; see office.ExportCalls.
func (s *Service) ExportCalls(ctx context.Context, to io.Writer, q admin.WhichCalls) error {
	w, err := s.leading()
	if err != nil {
		return err
	}
	return w.office.ExportCalls(ctx, to, q.From, q.To, q.CSV)
}
