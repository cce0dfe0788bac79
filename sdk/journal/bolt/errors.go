package bolt

import (
	"errors"
	"fmt"
	"strings"

	berrors "go.etcd.io/bbolt/errors"

	"mangoofficesdk/sdk/journal"
	"mangoofficesdk/sdk/text"
)

// full reports whether err says that there is no room: the next try may well
// succeed. bbolt keeps the words of some errors only.
func full(err error) bool {
	for _, no := range noRoom() {
		if errors.Is(err, no) || strings.Contains(err.Error(), no.Error()) {
			return true
		}
	}
	return false
}

func (o Options) errFull(cause error) error {
	return text.New(text.StoreFull).WithDetail(o.Dir).Wrap(fmt.Errorf("%w: %w", journal.ErrFull, cause))
}

func (o Options) errFailed(cause error) error {
	return text.New(text.StoreFailed).WithDetail(o.Dir).Wrap(cause)
}

// failure is the error after which nothing is tried any more; nil: none.
func (s *Store) failure() error {
	if err := s.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// fail ends the work of this store until it is opened again. The lock keeps
// its holder's name then: the next Open looks at every page.
func (s *Store) fail(cause error) error {
	err := s.opt.errFailed(cause)
	s.broken.CompareAndSwap(nil, &err)
	return s.failure()
}

// troubled sorts out an error of the disk or of the store itself. A full disk
// has room again one day. After a write or a sync that failed otherwise nobody
// knows what the disk holds, and going on could lose what was promised.
func (s *Store) troubled(err error) error {
	switch {
	case err == nil:
		return nil
	case full(err):
		return s.opt.errFull(err)
	case errors.Is(err, berrors.ErrInvalidMapping), errors.Is(err, berrors.ErrDatabaseNotOpen):
		return s.opt.errFailed(err) // the writer opens it again
	}
	return s.fail(err)
}
