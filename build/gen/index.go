package main

import (
	"fmt"
	"slices"
	"unicode/utf16"

	"mangoofficesdk/addin/spec"
)

// index is the hash index of names in both languages that cgo/names.c searches:
// open addressing, slot = 1 + 2*index + alias, alias 0 English, 1 Russian.
type index struct {
	slots      []uint16
	multiplier uint32
	longest    int
}

// fold and hash are those of cgo/names.c.
func fold(c uint16) uint16 {
	switch {
	case c >= 'A' && c <= 'Z', c >= 0x410 && c <= 0x42F:
		return c + 0x20
	case c >= 0x400 && c <= 0x40F:
		return c + 0x50
	}
	return c
}

func hash(name []uint16, multiplier uint32) uint32 {
	n := len(name)
	h := uint32(n)
	for _, i := range []int{0, n / 3, n / 2, n - 1} {
		h = h*multiplier + uint32(fold(name[i]))
	}
	h *= multiplier
	return h ^ h>>15
}

// makeIndex picks the multiplier with which the longest search is shortest.
func makeIndex(names []spec.Name) (index, error) {
	keys, err := folded(names)
	if err != nil {
		return index{}, err
	}
	size := 4
	for size < 2*len(keys) {
		size *= 2
	}
	best, bestCost := index{}, -1
	for i := uint32(0); i < 4096; i++ {
		x := index{slots: make([]uint16, size), multiplier: 0x9E3779B1 + 2*i}
		cost := 0
		for k, key := range keys {
			x.longest = max(x.longest, len(key))
			at, steps := int(hash(key, x.multiplier))%size, 1
			for ; x.slots[at] != 0; at = (at + 1) % size {
				steps++
			}
			x.slots[at] = uint16(k + 1)
			cost += steps * steps
		}
		if bestCost < 0 || cost < bestCost {
			best, bestCost = x, cost
		}
	}
	return best, nil
}

// folded lists the names, English then Russian of each, in small letters, and
// refuses a name that BSL could take for another one.
func folded(names []spec.Name) ([][]uint16, error) {
	var keys [][]uint16
	owner := map[string]int{}
	for i, n := range names {
		for _, s := range []string{n.EN, n.RU} {
			if s == "" {
				return nil, fmt.Errorf("name %d (%q, %q) lacks a language", i, n.EN, n.RU)
			}
			key := utf16.Encode([]rune(s))
			for j := range key {
				key[j] = fold(key[j])
			}
			small := string(utf16.Decode(key))
			if other, taken := owner[small]; taken && other != i {
				return nil, fmt.Errorf("name %q stands for number %d and %d", s, other, i)
			}
			owner[small] = i
			keys = append(keys, slices.Clone(key))
		}
	}
	return keys, nil
}
