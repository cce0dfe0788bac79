package jetstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"
)

// sharedKeys begin the names of what Exchange keeps.
const sharedKeys = "shared."

// Exchange brings what nodes share, under a name, together: merge gets what the
// others have, nil at first, and gives what all should have. Whoever is outrun by
// another node exchanges once more.
func (n *Node) Exchange(ctx context.Context, name string, merge func(theirs []byte) ([]byte, error)) error {
	ctx, cancel := context.WithTimeout(ctx, n.opt.TTL)
	defer cancel()
	for {
		var theirs []byte
		var revision uint64
		entry, err := n.office.Get(ctx, sharedKeys+name)
		switch {
		case err == nil:
			theirs, revision = entry.Value(), entry.Revision()
		case !errors.Is(err, js.ErrKeyNotFound):
			return fmt.Errorf("journal: %s: %w", name, err)
		}
		both, err := merge(theirs)
		if err != nil || bytes.Equal(both, theirs) {
			return err
		}
		if _, err = n.office.Update(ctx, sharedKeys+name, both, revision); !outrun(err) {
			return err
		}
	}
}
