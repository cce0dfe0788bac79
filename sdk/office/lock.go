package office

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"mangoofficesdk/sdk/text"
)

// errHeld tells that another holder has the lock.
var errHeld = errors.New("office: the lock is held")

// lockKey makes sure that one process of this machine serves a PBX key: two
// would split its notifications between them. The system frees the lock when
// the process ends, however it ends. The file stays: removing it would let two
// processes lock two files of one name.
//
// A folder that cannot be written is no reason to refuse the connection: the
// error is returned for the log, with a nil lock.
func lockKey(dir, key string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte("mango-office-lock\x00" + key))
	f, err := lockFile(filepath.Join(dir, "mango-office-"+hex.EncodeToString(sum[:8])+".lock"))
	if errors.Is(err, errHeld) {
		return nil, text.New(text.AlreadyRunning)
	}
	return f, err
}
