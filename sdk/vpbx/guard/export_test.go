package guard

// Overlooked tells of one in the queue who may go and was not let: between two
// calls there must be none.
func (g *Guard) Overlooked() (Ticket, bool) {
	now := g.lock()
	defer g.unlock()
	for _, w := range g.queue.waiters {
		if at, _ := g.when(&w.ticket); at <= now && now < w.deadline {
			return w.ticket, true
		}
	}
	return Ticket{}, false
}

// Doubtful tells what the guard thought of the request.
func (p *Pass) Doubtful() bool { return p.doubtful }

// Sharers counts the callers that the queue remembers.
func (g *Guard) Sharers() int {
	g.lock()
	defer g.unlock()
	return len(g.queue.shares)
}
