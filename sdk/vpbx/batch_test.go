package vpbx

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mangoofficesdk/sdk/internal/loose"
)

// Whatever is done, refused or skipped, in whatever order and form the PBX
// tells of it: each element gets its own code and its own object.
func TestOutcomesBelongToTheirElements(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		same := rapid.Bool().Draw(t, "names repeat") // then objects of one name may change places
		name := func(i int) string {
			if same {
				i %= 3
			}
			return fmt.Sprintf("name %d", i)
		}
		codeless := rapid.Bool().Draw(t, "skipped without code")
		keyed := rapid.Bool().Draw(t, "data under ids")
		names := make([]string, n)
		want := make([]Outcome[Organization], n)
		skipped, codes, data := []int{}, []int{}, []Organization{}
		for i := range n {
			names[i] = name(i)
			switch rapid.SampledFrom([]string{"done", "done", "refused", "skipped"}).Draw(t, "fate") {
			case "done":
				o := Organization{OrgID: fmt.Sprint(100 + i), OrgName: names[i]}
				want[i] = Outcome[Organization]{Code: resultDone, Value: o}
				data = append(data, o)
				codes = append(codes, resultDone)
			case "refused":
				want[i].Code = 3104
				codes = append(codes, 3104)
			case "skipped":
				want[i].Skipped = true
				skipped = append(skipped, i)
				if !codeless {
					want[i].Code = resultDone
					codes = append(codes, resultDone)
				}
			}
		}
		data = rapid.Permutation(data).Draw(t, "data")
		raw := answerOf(t, codes, data, skipped, keyed)
		var a batchAnswer[Organization]
		if err := loose.Decode(raw, &a); err != nil {
			t.Fatalf("Decode(%s): %v", raw, err)
		}
		got, ok := outcomes(a, n)
		if !ok {
			t.Fatalf("outcomes of %d in %s: not understood", n, raw)
		}
		fill(got, a.Data, names, func(o Organization) string { return o.OrgName })
		if same {
			checkRepeated(t, raw, names, want, got)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("outcomes of %v in %s (-want +got):\n%s", names, raw, diff)
		}
	})
}

func answerOf(t *rapid.T, codes []int, data []Organization, skipped []int, keyed bool) []byte {
	var list any = data
	if keyed {
		byID := map[string]Organization{}
		for _, o := range data {
			byID[o.OrgID] = o
		}
		list = byID
	}
	raw, err := json.Marshal(map[string]any{"result": codes, "data": list, "skipped": skipped})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// checkRepeated: of elements with one name only the name can be told; each that
// was done has an object, and none is given twice.
func checkRepeated(t *rapid.T, raw []byte, names []string, want, got []Outcome[Organization]) {
	ids := map[string]bool{}
	for i, o := range got {
		if (o.Value.OrgID != "") != (want[i].Value.OrgID != "") || o.Code != want[i].Code || o.Skipped != want[i].Skipped || o.Value.OrgID != "" && (o.Value.OrgName != names[i] || ids[o.Value.OrgID]) {
			t.Fatalf("outcome %d of %v in %s = %+v, want %+v", i, names, raw, o, want[i])
		}
		if o.Value.OrgID != "" {
			ids[o.Value.OrgID] = true
		}
	}
}

// A list comes whole and in order, however much or little the PBX tells of its
// pages.
func TestWalkLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total, limit := rapid.IntRange(0, 60).Draw(t, "total"), rapid.IntRange(1, 12).Draw(t, "limit")
		tell := map[string]bool{}
		for _, what := range []string{"page", "pages", "total", "limit", "page from 0"} {
			tell[what] = rapid.Bool().Draw(t, what)
		}
		number := func(what string, n int) int {
			if tell[what] {
				return n
			}
			return 0
		}
		n, requests := 0, 0
		next := func(string) (Page[int], error) {
			n++
			if requests++; requests > total+2 {
				t.Fatalf("walk of %d in pages of %d does not end", total, limit)
			}
			var p Page[int]
			for i := (n - 1) * limit; i < min(n*limit, total); i++ {
				p.Data = append(p.Data, i)
			}
			if len(p.Data) > 0 {
				p.Cursor = fmt.Sprint("c", n)
			}
			p.Info = PageInfo{Page: number("page", n), Pages: number("pages", (total+limit-1)/limit), TotalRows: number("total", total), Limit: number("limit", limit)}
			if tell["page from 0"] {
				p.Info.Page = max(p.Info.Page-1, 0)
			}
			return p, nil
		}
		want := 0
		for got, err := range walk(organizationsCursor.op, func() (Page[int], error) { return next("") }, next) {
			if err != nil || got != want {
				t.Fatalf("walk of %d in pages of %d: %d, %v, want %d", total, limit, got, err, want)
			}
			want++
		}
		if want != total {
			t.Fatalf("walk of %d in pages of %d gave %d", total, limit, want)
		}
	})
}
