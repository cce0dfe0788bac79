package office

import (
	"slices"
	"sync"

	"mangoofficesdk/sdk/engine"
)

// crowd are the attached sessions, by what they hear: an event must not cost
// more where more sessions are that it does not concern. A slice that was
// handed out is never changed.
type crowd struct {
	mu    sync.Mutex
	count int // ever attached
	all   []*Local
	byID  map[string]*Local
	at    map[string][]*Local // with an extension, by it
	over  []*Local            // Supervisor without an extension: they hear of all
	see   []*Local            // Supervisor: they see the calls of all
}

func (c *crowd) init() { c.byID, c.at = map[string]*Local{}, map[string][]*Local{} }

// next is the number of the next session.
func (c *crowd) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	return c.count
}

func (c *crowd) add(l *Local) {
	c.mu.Lock()
	defer c.mu.Unlock()
	with := func(list []*Local) []*Local { return append(slices.Clip(list), l) }
	c.all, c.byID[l.id] = with(c.all), l
	ext, supervisor := l.session.Extension, l.may(Supervisor)
	if ext != "" {
		c.at[ext] = with(c.at[ext])
	}
	if ext == "" && supervisor {
		c.over = with(c.over)
	}
	if supervisor {
		c.see = with(c.see)
	}
}

func (c *crowd) remove(l *Local) {
	c.mu.Lock()
	defer c.mu.Unlock()
	without := func(list []*Local) []*Local {
		return slices.DeleteFunc(slices.Clone(list), func(other *Local) bool { return other == l })
	}
	delete(c.byID, l.id)
	c.all, c.over, c.see = without(c.all), without(c.over), without(c.see)
	ext := l.session.Extension
	if c.at[ext] = without(c.at[ext]); len(c.at[ext]) == 0 {
		delete(c.at, ext)
	}
}

// sessions are all, by coming.
func (c *crowd) sessions() []*Local {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// session finds one by its id; nil when it is gone.
func (c *crowd) session(id string) *Local {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byID[id]
}

// hearers are the sessions for which an event so addressed is. first is who is
// the first.
func (c *crowd) hearers(to engine.Address, first string) []*Local {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []*Local
	switch {
	case to.Session != "":
		if l := c.byID[to.Session]; l != nil {
			return []*Local{l} // refused or not
		}
		return nil
	case to.Extension != "":
		list = slices.Concat(c.at[to.Extension], c.over)
	case to.Rule == engine.FirstSession:
		if list = c.over; c.byID[first] != nil && !slices.Contains(list, c.byID[first]) {
			list = append(slices.Clip(list), c.byID[first])
		}
	default:
		list = c.all
	}
	return slices.DeleteFunc(slices.Clone(list), func(l *Local) bool { return l.refused.Load() != nil })
}

// viewers are the sessions whose view shows the legs of these extensions.
func (c *crowd) viewers(extensions []string) []*Local {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := slices.Clone(c.see)
	for _, ext := range extensions {
		for _, l := range c.at[ext] {
			if !l.may(Supervisor) && !slices.Contains(list, l) {
				list = append(list, l)
			}
		}
	}
	return list
}

// idlers are the pumps that wait for a record event of any writer: one is woken
// for it, not all.
type idlers struct {
	mu    sync.Mutex
	queue []*Local // by waiting; those that do not wait any more are passed over
}

// wait puts l into the queue. It must come before l looks for events: one that
// is added then wakes it.
func (i *idlers) wait(l *Local) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if l.idle = true; !l.queued {
		l.queued = true
		i.queue = append(i.queue, l)
	}
}

// work takes l out of it.
func (i *idlers) work(l *Local) {
	i.mu.Lock()
	defer i.mu.Unlock()
	l.idle = false
}

// wake wakes the one that has waited longest. When all work nobody needs to be:
// each looks for more when it is done.
func (i *idlers) wake() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for len(i.queue) > 0 {
		l := i.queue[0]
		i.queue[0] = nil
		i.queue = i.queue[1:]
		waits := l.idle
		l.idle, l.queued = false, false
		if waits && l.writer.Load() && l.ctx.Err() == nil {
			l.signal()
			return
		}
	}
}
