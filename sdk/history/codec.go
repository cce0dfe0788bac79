package history

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"time"

	"mangoofficesdk/sdk/call"
	"mangoofficesdk/sdk/engine"
)

// A stored row is: version (1 byte), CRC-32 of id and body (4), body. Version 1
// lacks what stands last, see packer.later. JSON of a
// call has a kilobyte and a half, most of it names and texts that repeat; a row
// has about three hundred bytes.
const (
	rowVersion = 2
	rowFirst   = 1 // the oldest that is read
	rowHead    = 5
)

var errRow = errors.New("a stored call does not read back")

// known are texts that many calls have: one byte in a row. Rows refer to them
// by place, and to others by places behind them: another list is another version.
var known = []string{
	"in", "out", "internal", "missed", "accepted_ok", "accepted_bad", "reached_ok", "reached_bad", "transferred",
	"blind", "consultative", "return_blind", "dynamic", "static", "dct_number",
	"partner", "counterparty", "counterparty_partner", "contact_partner", "person",
	"client_id", "client_cid", "ya_client_id", "city", "source", "medium", "campaign", "content", "term",
	"time_on_site", "page", "call_context", "custom", "widget_name", "request_type", "roistat", "call_type", "device", "new_user",
}

// Bits of a row, in the order of packer.summary.
const (
	bitSave = 1 << iota
	bitWriter
	bitRecovered
	bitIncomplete
	bitAdvise
	bitAnnotated
)

// packer writes a row. A text is 0 when empty, 1 with length and bytes at its
// first place, and 2 and more by reference: to the known ones, then to those
// written before.
type packer struct {
	b    []byte
	said []string
	base int64 // of times, unix seconds
}

func (p *packer) num(n uint64)   { p.b = binary.AppendUvarint(p.b, n) }
func (p *packer) signed(n int64) { p.b = binary.AppendVarint(p.b, n) }

func (p *packer) str(s string) {
	if s == "" {
		p.num(0)
		return
	}
	if i := slices.Index(known, s); i >= 0 {
		p.num(uint64(i) + 2) //nolint:gosec // an index
		return
	}
	if i := slices.Index(p.said, s); i >= 0 {
		p.num(uint64(len(known)+i) + 2) //nolint:gosec // an index
		return
	}
	p.said = append(p.said, s)
	p.num(1)
	p.bytes(s)
}

func (p *packer) bytes(s string) {
	p.num(uint64(len(s)))
	p.b = append(p.b, s...)
}

// time writes whole seconds, which is what the PBX tells: 0 for the zero time,
// else the distance from the start, shifted past 0.
func (p *packer) time(t time.Time) {
	if t.IsZero() {
		p.num(0)
		return
	}
	d := t.Unix() - p.base
	p.num(uint64(d<<1^d>>63) + 1) //nolint:gosec // zigzag; distances of times are far from the bounds
}

func (p *packer) party(v engine.Party) {
	p.str(v.Extension)
	p.str(v.Number)
	p.str(v.Name)
}

func (p *packer) recordings(list []engine.RecordingRef) {
	p.num(uint64(len(list)))
	for _, r := range list {
		p.str(r.RecordingID)
		p.str(r.Extension)
	}
}

// pack makes the row of a call.
func pack(c *Call) []byte {
	p := &packer{b: make([]byte, rowHead, 512), base: c.Started.Unix()}
	if c.Started.IsZero() {
		p.base = 0
	}
	p.signed(p.base)
	p.str(c.EntryID)
	p.str(c.CallID)
	p.str(string(c.Direction))
	p.party(c.Caller)
	p.party(c.Callee)
	p.str(c.Line)
	p.str(c.Group)
	p.str(c.CommandID)
	p.summary(&c.CallSummaryBody, c.Annotation != nil)
	if a := c.Annotation; a != nil {
		for _, s := range []string{a.SubscriberName, a.SubscriberRef, a.Subject, a.Description, a.AuthorName} {
			p.str(s)
		}
	}
	p.bytes(string(c.Speech))
	p.time(c.Changed)
	p.later(c)
	p.b[0] = rowVersion
	binary.BigEndian.PutUint32(p.b[1:], rowSum(c.ID(), p.b[rowHead:]))
	return p.b
}

// roles of legs, by place.
var roles = []call.Role{"", call.Step, call.Aside, call.Left, call.Served}

// later writes what came with version 2.
func (p *packer) later(c *Call) {
	p.signed(int64(c.Unrecorded))
	for i := range c.Legs {
		p.str(c.Legs[i].Parent)
		p.num(uint64(max(0, slices.Index(roles, c.Legs[i].Role)))) //nolint:gosec // not negative
	}
}

func rowSum(id string, body []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(id)), crc32.IEEETable, body)
}

func (p *packer) summary(b *engine.CallSummaryBody, annotated bool) {
	bits := uint64(0)
	for i, on := range [...]bool{b.Save, b.Writer, b.Recovered, b.Incomplete, b.CreateClient.Advise, annotated} {
		if on {
			bits |= 1 << i
		}
	}
	p.num(bits)
	p.time(b.Started)
	p.time(b.TalkStarted)
	p.time(b.Ended)
	p.signed(b.TotalSec)
	p.signed(b.TalkSec)
	p.str(string(b.Status))
	p.str(b.Author.UserID)
	p.str(b.Author.Extension)
	p.str(b.Author.Name)
	p.party(b.Participant)
	p.party(b.Initiator)
	p.signed(int64(b.Reason))
	p.str(b.Assignee)
	p.str(b.CreateClient.Type)
	p.num(uint64(len(b.Calltracking)))
	for _, t := range b.Calltracking {
		p.str(t.Key)
		p.str(t.Value)
	}
	p.recordings(b.Recordings)
	p.num(uint64(len(b.Legs)))
	for _, l := range b.Legs {
		p.str(l.CallID)
		p.party(l.Caller)
		p.party(l.Callee)
		p.time(l.Started)
		p.time(l.TalkStarted)
		p.time(l.Ended)
		p.str(string(l.Status))
		p.str(l.Transfer)
		p.recordings(l.Recordings)
	}
}

// unpacker reads a row; any shortage makes it bad, once for all.
type unpacker struct {
	b    []byte
	said []string
	base int64
	bad  bool
}

func (u *unpacker) spoil() {
	u.b, u.bad = nil, true
}

func (u *unpacker) num() uint64 {
	n, size := binary.Uvarint(u.b)
	if size <= 0 {
		u.spoil()
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacker) signed() int64 {
	n, size := binary.Varint(u.b)
	if size <= 0 {
		u.spoil()
		return 0
	}
	u.b = u.b[size:]
	return n
}

// count reads how many things follow, each of one byte at least.
func (u *unpacker) count() int {
	n := u.num()
	if n > uint64(len(u.b)) {
		u.spoil()
		return 0
	}
	return int(n) //nolint:gosec // bounded by a length
}

func (u *unpacker) bytes() string {
	n := u.count()
	s := string(u.b[:n])
	u.b = u.b[n:]
	return s
}

func (u *unpacker) str() string {
	n := u.num()
	switch {
	case n == 0:
		return ""
	case n == 1:
		s := u.bytes()
		u.said = append(u.said, s)
		return s
	}
	n -= 2
	if n < uint64(len(known)) {
		return known[n]
	}
	if n -= uint64(len(known)); n < uint64(len(u.said)) {
		return u.said[n]
	}
	u.spoil()
	return ""
}

func (u *unpacker) time() time.Time {
	n := u.num()
	if n == 0 {
		return time.Time{}
	}
	n--
	return time.Unix(u.base+(int64(n>>1)^-int64(n&1)), 0).UTC() //nolint:gosec // the bits are what was written
}

func (u *unpacker) party() engine.Party {
	return engine.Party{Extension: u.str(), Number: u.str(), Name: u.str()}
}

func (u *unpacker) recordings() []engine.RecordingRef {
	list := make([]engine.RecordingRef, 0, u.count())
	for range cap(list) {
		list = append(list, engine.RecordingRef{RecordingID: u.str(), Extension: u.str()})
	}
	return list
}

// unpack reads the row of a call whose id is known.
func unpack(id string, row []byte) (c Call, err error) {
	if len(row) < rowHead || row[0] < rowFirst || row[0] > rowVersion || binary.BigEndian.Uint32(row[1:]) != rowSum(id, row[rowHead:]) {
		return Call{}, errRow
	}
	u := &unpacker{b: row[rowHead:]}
	u.base = u.signed()
	c.EntryID, c.CallID = u.str(), u.str()
	c.Direction = engine.Direction(u.str())
	c.Caller, c.Callee = u.party(), u.party()
	c.Line, c.Group, c.CommandID = u.str(), u.str(), u.str()
	if u.summary(&c.CallSummaryBody) {
		c.Annotation = &engine.Annotation{
			SubscriberName: u.str(), SubscriberRef: u.str(), Subject: u.str(), Description: u.str(), AuthorName: u.str(),
		}
	}
	if s := u.bytes(); s != "" {
		c.Speech = []byte(s)
	}
	c.Changed = u.time()
	if row[0] > rowFirst {
		c.Unrecorded = int(u.signed())
		for i := range c.Legs {
			c.Legs[i].Parent = u.str()
			if n := u.num(); n < uint64(len(roles)) {
				c.Legs[i].Role = roles[n]
			}
		}
	}
	if u.bad || len(u.b) > 0 || c.ID() != id {
		return Call{}, errRow
	}
	return c, nil
}

func (u *unpacker) summary(b *engine.CallSummaryBody) (annotated bool) {
	bits := u.num()
	b.Save, b.Writer = bits&bitSave != 0, bits&bitWriter != 0
	b.Recovered, b.Incomplete = bits&bitRecovered != 0, bits&bitIncomplete != 0
	b.Started, b.TalkStarted, b.Ended = u.time(), u.time(), u.time()
	b.TotalSec, b.TalkSec = u.signed(), u.signed()
	b.Status = engine.Status(u.str())
	b.Author = engine.Author{UserID: u.str(), Extension: u.str(), Name: u.str()}
	b.Participant, b.Initiator = u.party(), u.party()
	b.Reason = int(u.signed())
	b.Assignee = u.str()
	b.CreateClient = engine.CreateClient{Advise: bits&bitAdvise != 0, Type: u.str()}
	b.Calltracking = make([]engine.Track, 0, u.count())
	for range cap(b.Calltracking) {
		b.Calltracking = append(b.Calltracking, engine.Track{Key: u.str(), Value: u.str()})
	}
	b.Recordings = u.recordings()
	b.Legs = make([]engine.Leg, 0, u.count())
	for range cap(b.Legs) {
		l := engine.Leg{CallID: u.str(), Caller: u.party(), Callee: u.party(), Started: u.time(), TalkStarted: u.time(), Ended: u.time()}
		l.Status, l.Transfer, l.Recordings = engine.Status(u.str()), u.str(), u.recordings()
		b.Legs = append(b.Legs, l)
	}
	return bits&bitAnnotated != 0
}
