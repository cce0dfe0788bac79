package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/journal"
)

// Users are those of now, whoever named them.
func (s *Service) Users(ctx context.Context) ([]engine.User, error) {
	v, err := s.office.Overview(ctx)
	list := []engine.User{}
	for _, u := range v.Users {
		list = append(list, u.User)
	}
	return list, err
}

// SetUsers replaces the users, and keeps them for the next start.
func (s *Service) SetUsers(ctx context.Context, list []engine.User) error {
	if err := s.office.SetUsers(ctx, list); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	next := s.cfg.Users() + ".new"
	if err := os.WriteFile(next, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(next, s.cfg.Users())
}

// loadUsers names the users that an administrator named before.
func (s *Service) loadUsers(ctx context.Context) error {
	raw, err := os.ReadFile(s.cfg.Users())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := engine.ParseUsers(raw)
	if err == nil {
		err = s.office.SetUsers(ctx, list)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Users(), err)
	}
	return nil
}

// Again offers events once more; see office.Again.
func (s *Service) Again(ctx context.Context, wanted func(journal.Kept, engine.Event) bool) (int, error) {
	return s.office.Again(ctx, wanted)
}

// Kept lists the journal; see office.Kept.
func (s *Service) Kept(ctx context.Context, fn func(journal.Kept, engine.Event) bool) error {
	return s.office.Kept(ctx, fn)
}
