// Package filelock keeps processes apart by a lock on an open file. The system
// frees it when the process ends, however it ends.
package filelock

import "errors"

// ErrHeld is what Try returns when another process, or another open file of this
// one, has the lock.
var ErrHeld = errors.New("the lock is held")
