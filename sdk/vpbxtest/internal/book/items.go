package book

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Bounds of texts, in characters (document §3.9.3).
const (
	maxText = 255
	maxExt  = 32
)

type phone struct {
	ID      id      `json:"phone_id"`
	Num     string  `json:"phone_num"` // the digits of Phone; in the examples only
	Phone   string  `json:"phone"`     // as typed
	Comment string  `json:"comment"`
	Ext     *string `json:"ext"`
	Default bool    `json:"is_default"`
	Type    int64   `json:"type"` // 0 city, 1 mobile, 2 SIP, 3 Skype, 4 other, 5 fax
}

type email struct {
	ID      id     `json:"email_id"`
	Email   string `json:"email"`
	Comment string `json:"comment"`
	Default bool   `json:"is_default"`
}

type net struct {
	ID   id     `json:"net_id"`
	Net  int64  `json:"net"` // 0 Facebook … 10 Badoo
	Name string `json:"uname"`
}

type messenger struct {
	ID   id     `json:"mgr_id"`
	Mgr  int64  `json:"mgr"` // 0 Viber, 1 Telegram, 2 Skype, 3 WhatsApp
	Name string `json:"uname"`
}

// item is an element of one of these lists as it is sent: without an id it is
// new, with one it changes what it names.
type item[T any] interface {
	ref() api.Int
	change(*T) int // the code of what is wrong
}

// merge makes the list that stands in a contact after sent: what is not in it
// is gone.
func merge[T any, F item[T]](b *Book, old []T, sent *[]F, idOf func(*T) *id) ([]T, int) {
	if sent == nil {
		return old, 0
	}
	out := make([]T, 0, len(*sent))
	for _, f := range *sent {
		var v T
		if ref := id(f.ref()); ref != 0 {
			i := slices.IndexFunc(old, func(o T) bool { return *idOf(&o) == ref })
			if i < 0 {
				return nil, api.NoObject
			}
			v = old[i]
		} else {
			b.last++
			*idOf(&v) = id(b.last)
		}
		if code := f.change(&v); code != 0 {
			return nil, code
		}
		out = append(out, v)
	}
	return out, 0
}

type phoneForm struct {
	ID      api.Int   `json:"phone_id"`
	Type    *api.Int  `json:"type"`
	Phone   *api.Text `json:"phone"`
	Comment *api.Text `json:"comment"`
	Ext     *api.Text `json:"ext"`
	Default *api.Bool `json:"is_default"`
}

func (f phoneForm) ref() api.Int { return f.ID }

func (f phoneForm) change(p *phone) int {
	if f.Phone != nil {
		p.Phone = string(*f.Phone)
		p.Num = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, p.Phone)
	}
	if f.Ext != nil {
		ext := string(*f.Ext)
		p.Ext = &ext
	}
	setText(f.Comment, &p.Comment)
	if f.Default != nil {
		p.Default = bool(*f.Default)
	}
	switch {
	case p.Phone == "":
		return api.Missing
	case length(p.Phone) > maxText, length(p.Comment) > maxText, p.Ext != nil && length(*p.Ext) > maxExt:
		return api.TooBig
	}
	return setChoice(f.Type, &p.Type, 5)
}

type emailForm struct {
	ID      api.Int   `json:"email_id"`
	Email   *api.Text `json:"email"`
	Comment *api.Text `json:"comment"`
	Default *api.Bool `json:"is_default"`
}

func (f emailForm) ref() api.Int { return f.ID }

func (f emailForm) change(e *email) int {
	setText(f.Email, &e.Email)
	setText(f.Comment, &e.Comment)
	if f.Default != nil {
		e.Default = bool(*f.Default)
	}
	name, host, _ := strings.Cut(e.Email, "@")
	switch {
	case e.Email == "":
		return api.Missing
	case name == "" || host == "" || strings.ContainsAny(e.Email, " \t\r\n"):
		return api.WrongEmail
	case length(e.Comment) > maxText:
		return api.TooBig
	}
	return 0
}

type netForm struct {
	ID   api.Int   `json:"net_id"`
	Net  *api.Int  `json:"net"`
	Name *api.Text `json:"uname"`
}

func (f netForm) ref() api.Int { return f.ID }

func (f netForm) change(n *net) int {
	setText(f.Name, &n.Name)
	if n.Name == "" {
		return api.Missing
	}
	return setChoice(f.Net, &n.Net, 10)
}

type messengerForm struct {
	ID   api.Int   `json:"mgr_id"`
	Mgr  *api.Int  `json:"mgr"`
	Name *api.Text `json:"uname"`
}

func (f messengerForm) ref() api.Int { return f.ID }

func (f messengerForm) change(m *messenger) int {
	setText(f.Name, &m.Name)
	if m.Name == "" {
		return api.Missing
	}
	return setChoice(f.Mgr, &m.Mgr, 3)
}

func setText(sent *api.Text, v *string) {
	if sent != nil {
		*v = string(*sent)
	}
}

// setChoice sets a number from 0 to top.
func setChoice(sent *api.Int, v *int64, top int64) int {
	if sent == nil {
		return 0
	}
	if *v = int64(*sent); *v < 0 || *v > top {
		return api.WrongFormat
	}
	return 0
}

func length(s string) int { return utf8.RuneCountInString(s) }
