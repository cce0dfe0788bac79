package jetstream_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mangoofficesdk/sdk/journal/jetstream"
)

// TestExchange: what nodes bring together at once, all have in the end.
func TestExchange(t *testing.T) {
	t.Parallel()
	url := common.get(t)
	var busy sync.WaitGroup
	var all []string
	nodes := []*jetstream.Node{}
	for i := range 3 {
		nodes = append(nodes, open(t, jetstream.Options{URL: url, Key: t.Name(), NodeName: fmt.Sprint("n", i)}))
	}
	add := func(n *jetstream.Node, word string) (have string) {
		err := n.Exchange(t.Context(), "words", func(theirs []byte) ([]byte, error) {
			words := strings.Fields(string(theirs))
			if word != "" && !slices.Contains(words, word) {
				words = append(words, word)
			}
			slices.Sort(words)
			have = strings.Join(words, " ")
			return []byte(have), nil
		})
		if err != nil {
			t.Errorf("Exchange(%s) = %v", word, err)
		}
		return have
	}
	for i, n := range nodes {
		for j := range 5 {
			all = append(all, fmt.Sprintf("%d/%d", i, j))
		}
		busy.Go(func() {
			for j := range 5 {
				add(n, fmt.Sprintf("%d/%d", i, j))
			}
		})
	}
	busy.Wait()
	for i, n := range nodes {
		want(t, fmt.Sprintf("what node %d has", i), add(n, ""), strings.Join(all, " "))
	}
}
