package guard

import "container/list"

// claims remembers the proven claims; the one not used for longest goes first.
type claims struct {
	size  int
	order *list.List // of string, the latest in front
	known map[string]*list.Element
}

func newClaims(size int) claims {
	return claims{size: size, order: list.New(), known: map[string]*list.Element{}}
}

// all reports whether each claim is proven.
func (c *claims) all(claims []string) bool {
	for _, s := range claims {
		if c.known[s] == nil {
			return false
		}
	}
	return true
}

func (c *claims) add(claims []string) {
	for _, s := range claims {
		if e := c.known[s]; e != nil {
			c.order.MoveToFront(e)
			continue
		}
		if len(c.known) >= c.size {
			c.drop(c.order.Back())
		}
		c.known[s] = c.order.PushFront(s)
	}
}

func (c *claims) remove(claims []string) {
	for _, s := range claims {
		if e := c.known[s]; e != nil {
			c.drop(e)
		}
	}
}

func (c *claims) drop(e *list.Element) {
	delete(c.known, e.Value.(string))
	c.order.Remove(e)
}
