package office

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"mangoofficesdk/sdk/text"
)

// errHeld tells that another holder has the lock.
var errHeld = errors.New("office: the lock is held")

// lockKey makes sure that one process of this machine serves a PBX key: two
// would split its notifications between them. The lock is a name that the
// system knows, not a file: it holds whatever folders and users the processes
// run with, and is free again when its process ends, however it ends.
//
// A system that refuses the name for another reason is no reason to refuse the
// connection: the error is returned for the log, with a nil lock.
func lockKey(key string) (io.Closer, error) {
	sum := sha256.Sum256([]byte("mango-office-lock\x00" + key))
	l, err := lockName("mango-office-" + hex.EncodeToString(sum[:8]))
	if errors.Is(err, errHeld) {
		return nil, text.New(text.AlreadyRunning)
	}
	return l, err
}

// unlock is the io.Closer of a lock.
type unlock func() error

func (u unlock) Close() error { return u() }
