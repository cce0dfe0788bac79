package service

import (
	"context"
	"net/http"

	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/office"
)

// link is the server of sessions.
type link interface {
	Handler() http.Handler // upgrades to a WebSocket
	Sessions() []status.Link
	Shutdown(ctx context.Context) error
}

// tokens knows who may connect.
type tokens interface {
	Lookup(token string) (who string, rights office.Rights)
}

func openTokens(string) (tokens, error) { return noTokens{}, nil }

func openLink(*office.Office, tokens, zerolog.Logger) (link, error) { return noLink{}, nil }

type noTokens struct{}

func (noTokens) Lookup(string) (string, office.Rights) { return "", 0 }

type noLink struct{}

func (noLink) Handler() http.Handler          { return http.NotFoundHandler() }
func (noLink) Sessions() []status.Link        { return nil }
func (noLink) Shutdown(context.Context) error { return nil }
