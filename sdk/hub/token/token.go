// Package token is who may connect to a hub: a file of tokens, each known by
// its hash, and what it allows.
//
// A token is mh_<id>_<secret>. The secret is 130 random bits, so its hash is a
// plain SHA-256: slow hashes protect words that people think up and that can
// be tried in order; of 2^130 nobody tries a part worth mentioning.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Grant is what a token allows.
type Grant struct {
	ID         string    `json:"id"`                   // names the token; no secret
	User       string    `json:"user,omitempty"`       // user_id of its sessions; "" = as the client says
	Extensions []string  `json:"extensions,omitempty"` // those it may connect as; empty = any
	Rights     []string  `json:"rights,omitempty"`     // supervisor, admin
	Note       string    `json:"note,omitempty"`       // for whoever reads the list
	Created    time.Time `json:"created"`
	Revoked    time.Time `json:"revoked,omitzero"`
}

// The rights a token may give.
const (
	Supervisor = "supervisor" // acts for any extension and sees the calls of all
	Admin      = "admin"      // changes what belongs to the company
)

// Errors of a Set; those of the file are wrapped causes.
var (
	ErrUnknown = errors.New("token: no such token")
	ErrFile    = errors.New("token: the file is not a list of tokens")
	ErrRight   = errors.New("token: no such right")
	ErrOpen    = errors.New("token: others may write to the file; chmod 600 it")
	ErrBusy    = errors.New("token: another program has been changing the file for too long")
)

// entry is a token in the file.
type entry struct {
	Grant
	Hash string `json:"sha256"` // of the secret, hex
}

const (
	prefix   = "mh_"
	hashSize = 2 * sha256.Size
	idSize   = 8
	maxFile  = 16 << 20
	// lookEvery is how long a change of the file may go unseen.
	lookEvery = time.Second
)

// Set is the tokens of a file. Its methods are safe for concurrent use; other
// processes may change the file meanwhile.
type Set struct {
	path string

	mu     sync.Mutex // guards the fields; held while the file is read or written, which is ours alone
	list   []entry
	stamp  stamp
	looked time.Time
	err    error // why the file as it is now was not read; the list is older then
}

// stamp tells one state of the file from another.
type stamp struct {
	size    int64
	changed time.Time
}

// Open reads the tokens of a file. One that does not exist is empty, and made
// by the first Add.
func Open(path string) (*Set, error) {
	s := &Set{path: path}
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// Err tells why the file, as it is now, could not be read. The tokens known
// before go on to be good.
func (s *Set) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	return s.err
}

// Add makes a token and returns it: it is not kept, and cannot be had again.
// Of g the ID and the times are set here.
func (s *Set) Add(g Grant) (token string, made Grant, err error) {
	for _, r := range g.Rights {
		if r != Supervisor && r != Admin {
			return "", Grant{}, fmt.Errorf("%w: %q", ErrRight, r)
		}
	}
	unlock, err := s.alone()
	if err != nil {
		return "", Grant{}, err
	}
	defer unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return "", Grant{}, err
	}
	g.Created, g.Revoked = time.Now().UTC().Truncate(time.Second), time.Time{}
	for g.ID = newID(); s.find(g.ID) >= 0; {
		g.ID = newID()
	}
	secret := rand.Text()
	g = clone(g)
	if err := s.save(append(slices.Clip(s.list), entry{g, hash(secret)})); err != nil {
		return "", Grant{}, err
	}
	return prefix + g.ID + "_" + secret, clone(g), nil
}

func newID() string { return strings.ToLower(rand.Text()[:idSize]) }

// Revoke ends a token. Its sessions end when the hub looks next.
func (s *Set) Revoke(id string) error {
	unlock, err := s.alone()
	if err != nil {
		return err
	}
	defer unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	at := s.find(id)
	if at < 0 || !s.list[at].Revoked.IsZero() {
		return ErrUnknown
	}
	list := slices.Clone(s.list)
	list[at].Revoked = time.Now().UTC().Truncate(time.Second)
	return s.save(list)
}

// List is all tokens, by their making, revoked ones too.
func (s *Set) List() []Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	list := make([]Grant, 0, len(s.list))
	for _, e := range s.list {
		list = append(list, clone(e.Grant))
	}
	return list
}

// Lookup is what a token allows; false when it is unknown or revoked.
func (s *Set) Lookup(token string) (Grant, bool) {
	rest, ok := strings.CutPrefix(token, prefix)
	id, secret, split := strings.Cut(rest, "_")
	g, want, known := s.get(id)
	// The comparison runs whatever the id: how long it takes tells nothing.
	same := subtle.ConstantTimeCompare([]byte(hash(secret)), []byte(want)) == 1
	if !ok || !split || !known || !same {
		return Grant{}, false
	}
	return g, true
}

// Get is what the token with this id allows now; false when it is unknown or
// revoked.
func (s *Set) Get(id string) (Grant, bool) {
	g, _, ok := s.get(id)
	return g, ok
}

func (s *Set) get(id string) (g Grant, hash string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	at := s.find(id)
	if at < 0 || !s.list[at].Revoked.IsZero() {
		return Grant{}, strings.Repeat("0", hashSize), false
	}
	return clone(s.list[at].Grant), s.list[at].Hash, true
}

func clone(g Grant) Grant {
	g.Extensions, g.Rights = slices.Clone(g.Extensions), slices.Clone(g.Rights)
	return g
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// find is the place of a token, or -1. The caller holds the lock.
func (s *Set) find(id string) int {
	return slices.IndexFunc(s.list, func(e entry) bool { return e.ID == id })
}

// look reads the file anew when it changed. The caller holds the lock.
func (s *Set) look() {
	if now := time.Now(); now.Sub(s.looked) >= lookEvery {
		s.looked = now
		s.err = s.load()
	}
}

// load reads the file, unless it is the one that was read last.
func (s *Set) load() error {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		s.list, s.stamp = nil, stamp{}
		return nil
	}
	if err != nil {
		return err
	}
	now := stamp{info.Size(), info.ModTime()}
	// A file changed a moment ago may change once more within the same tick of
	// its clock.
	if now == s.stamp && s.err == nil && time.Since(now.changed) > 2*time.Second {
		return nil
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: %s", ErrOpen, s.path)
	}
	if info.Size() > maxFile {
		return fmt.Errorf("%w: %d bytes", ErrFile, info.Size())
	}
	raw, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	list, err := parse(raw)
	if err != nil {
		return err
	}
	s.list, s.stamp = list, now
	return nil
}

type file struct {
	Tokens []entry `json:"tokens"`
}

// parse reads the file. No text of it gets into an error.
func parse(raw []byte) ([]entry, error) {
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, ErrFile
	}
	seen := map[string]bool{}
	for i, e := range f.Tokens {
		h, err := hex.DecodeString(e.Hash)
		if e.ID == "" || strings.Contains(e.ID, "_") || seen[e.ID] || err != nil || len(h) != sha256.Size {
			return nil, fmt.Errorf("%w: entry %d", ErrFile, i)
		}
		f.Tokens[i].Hash = strings.ToLower(e.Hash)
		seen[e.ID] = true
	}
	return f.Tokens, nil
}

// save replaces the file in one step: whoever reads sees the old one or the new.
func (s *Set) save(list []entry) (err error) {
	raw, err := json.MarshalIndent(file{list}, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(s.path), ".tokens-*") // for its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(append(raw, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), s.path); err != nil {
		return err
	}
	s.list, s.stamp = list, stamp{}
	return nil
}
