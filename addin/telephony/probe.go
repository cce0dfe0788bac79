package telephony

import (
	"context"
	"time"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/vpbx"
)

// probePBX is the default ProcessOptions.Probe: it reads the employees, a
// request that the PBX refuses for no reason but a wrong code or key.
func probePBX(ctx context.Context, cfg office.Config) error {
	client, err := vpbx.New(vpbx.Config{
		Credentials: cfg.Credentials, BaseURL: cfg.WithDefaults().APIURL, Proxy: cfg.Proxy,
	})
	if err != nil {
		return err
	}
	_, err = client.Users(ctx, vpbx.UsersRequest{})
	if down := client.Close(); down != nil {
		cfg.Log.Debug().Err(down).Msg("probe client not closed")
	}
	return err
}

// readUsers notes when the employees of a PBX were asked for.
func (p *Process) readUsers(key string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.usersRead[key] = at
}
