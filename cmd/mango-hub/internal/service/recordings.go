package service

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// clickLife is how long the address lives that a click on a recording leads to:
// a browser follows it at once.
const clickLife = 10 * time.Minute

// recordingAddress is what the files of reports say of a recording: a page of
// this hub, which asks for a login. "" without a public address.
func (s *Service) recordingAddress(_ *history.Call, r engine.RecordingRef) string {
	if s.cfg.HTTP.PublicURL == "" {
		return ""
	}
	return strings.TrimRight(s.cfg.HTTP.PublicURL, "/") + "/recordings/" + url.PathEscape(r.RecordingID)
}

// recording gives a recording to a person: the copy, or an address at the PBX.
func (s *Service) recording(ctx context.Context, id string) (site.Recording, error) {
	w, err := s.leading()
	if err != nil {
		return site.Recording{}, text.New(text.HubStopping).Wrap(err)
	}
	sound, ext, err := w.office.Archived(ctx, id)
	switch {
	case err == nil:
		return site.Recording{Sound: sound, Ext: ext}, nil
	case !errors.Is(err, text.New(text.RecordingAbsent)):
		s.log.Warn().Err(err).Msg("the archive of recordings is out of reach")
	}
	address, err := w.office.RecordingLink(id, vpbx.RecordingPlay, clickLife)
	return site.Recording{Address: address}, err
}
