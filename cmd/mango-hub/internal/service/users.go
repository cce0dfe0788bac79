package service

import (
	"context"

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

// Kept lists the journal; see office.Kept.
func (s *Service) Kept(ctx context.Context, fn func(journal.Kept, engine.Event) bool) error {
	w, err := s.leading()
	if err != nil {
		return err
	}
	return w.office.Kept(ctx, fn)
}
