// Package text is the one table of texts that people read: for each stable
// code a Russian and an English sentence, a remedy and whether trying again
// helps. Wires, stores and logs carry codes; prose is rendered at the edge,
// in the language of the reader.
package text

import "strings"

// Lang is a language of the reader.
type Lang uint8

// The languages of the table. Russian is the zero value: it is the language
// of the product's users unless they say otherwise.
const (
	RU Lang = iota
	EN
)

// ParseLang reads "ru" or "en" (any case, region suffixes allowed: "ru_RU",
// "en-US", and the Windows style "rus_RUS"). ok is false for anything else.
func ParseLang(s string) (l Lang, ok bool) {
	s = strings.ToLower(s)
	switch {
	case strings.HasPrefix(s, "ru"):
		return RU, true
	case strings.HasPrefix(s, "en"):
		return EN, true
	}
	return RU, false
}

// String is the code of the language: "ru" or "en".
func (l Lang) String() string {
	if l == EN {
		return "en"
	}
	return "ru"
}

// pick chooses by language.
func (l Lang) pick(ru, en string) string {
	if l == EN {
		return en
	}
	return ru
}

// Code names an outcome for programs. Codes never change once released.
type Code string

// Message is one row of the table.
type Message struct {
	RU, EN             string
	RemedyRU, RemedyEN string
	Retryable          bool // trying the same again later may succeed
}

// Text is the sentence in the reader's language.
func (m Message) Text(l Lang) string { return l.pick(m.RU, m.EN) }

// Remedy tells what to do, in the reader's language.
func (m Message) Remedy(l Lang) string { return l.pick(m.RemedyRU, m.RemedyEN) }
