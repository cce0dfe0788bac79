package vpbxtest

import (
	"math/rand/v2"
	"sync"
	"time"
)

// chance is true in share of the cases. Only the timeline calls it.
func (p *PBX) chance(share float64) bool { return share > 0 && p.rnd.Float64() < share }

// within is a random time up to d. Only the timeline calls it.
func (p *PBX) within(d time.Duration) time.Duration {
	return time.Duration(p.rnd.Float64() * float64(d))
}

// faultSwitch is the API's view of the faults. It has dice of its own: API
// requests come when they like, and must not change what the seed does to
// notifications.
type faultSwitch struct {
	mu  sync.Mutex
	f   Faults
	rnd *rand.Rand
}

func (s *faultSwitch) set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.f = f
}

// roll decides what goes wrong with one request.
func (s *faultSwitch) roll() (slow time.Duration, fail, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.f.APISlow, s.f.API500 > 0 && s.rnd.Float64() < s.f.API500,
		s.f.APITruncate > 0 && s.rnd.Float64() < s.f.APITruncate
}
