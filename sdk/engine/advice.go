package engine

import "time"

// adviceFor is how long a number is remembered for which the creation of a
// client was advised: once per number, whoever calls whom (C11).
const adviceFor = 24 * time.Hour

// advicePrefix marks those numbers on the agenda.
const advicePrefix = "a|"

// advice tells one desk of the call to create the client: the first that rings
// where somebody listens. Never for a colleague, and not again for a number
// that another call advised on.
func (s *State) advice(e *entry, d Direction, ext string) CreateClient {
	if !s.advises(d) {
		return CreateClient{}
	}
	if e.adviser == "" && s.listens(ext) && s.firstAdvice(e) {
		e.adviser = ext
	}
	if e.adviser != ext {
		return CreateClient{}
	}
	return CreateClient{Advise: true, Type: s.settings.ClientType}
}

// adviceOfCall is what the summary says: the writer makes sure that the client
// is there, whether or not a desk was told before.
func (s *State) adviceOfCall(e *entry, d Direction) CreateClient {
	if !s.advises(d) || !s.firstAdvice(e) {
		return CreateClient{}
	}
	return CreateClient{Advise: true, Type: s.settings.ClientType}
}

func (s *State) advises(d Direction) bool {
	return d == In && s.settings.CreateOnIncoming || d == Out && s.settings.CreateOnOutgoing
}

// firstAdvice reports whether the call is the one that advises on its number.
// A hidden number is nobody's: every such call may.
func (s *State) firstAdvice(e *entry) bool {
	caller, callee := sides(e.call)
	number := caller.Number
	if e.call.Direction() == Out {
		number = callee.Number
	}
	key := numberKey(number)
	if key == "" {
		return true
	}
	if by, told := s.advised[key]; told {
		return by == e.key
	}
	if len(s.advised) < maxCalls {
		s.advised[key] = e.key
		s.due.add(s.now.Add(adviceFor), advicePrefix+key)
	}
	return true
}
