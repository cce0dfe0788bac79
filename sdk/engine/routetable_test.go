package engine_test

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"mangoofficesdk/sdk/engine"
)

// drawTable gives a table and what it says, by number as it is written.
func drawTable(t *rapid.T, name string, replace bool) (engine.RouteTable, map[string]string) {
	said := rapid.MapOfN(
		rapid.SampledFrom([]string{"79161234567", "79161234568", "74951234567", "442071234567", "9161234567", "12025550123", "380441234567"}),
		rapid.SampledFrom([]string{"", "101", "102", "0101"}), 0, 7).Draw(t, name)
	var list []engine.Responsible
	for number, ext := range said {
		list = append(list, engine.Responsible{Number: number, Extension: ext})
	}
	return engine.NewRouteTable(list, replace), said
}

// A table that was kept is the same table, and one that was put over another
// has the effect of both.
func TestRouteTableIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		replace := rapid.Bool().Draw(t, "replace")
		base, _ := drawTable(t, "base", replace)
		raw := base.Encode()
		again, err := engine.DecodeRouteTable(raw)
		if err != nil || !bytes.Equal(again.Encode(), raw) || again.Replaces() != replace {
			t.Fatalf("DecodeRouteTable(%x) = %x, %v, want the same", raw, again.Encode(), err)
		}
		if !replace && again.Len() != base.Len() {
			t.Fatalf("the table of %x names %d numbers, want %d", raw, again.Len(), base.Len())
		}
		over, said := drawTable(t, "over", false)
		sum := over.Over(again)
		if sum.Replaces() != replace {
			t.Fatalf("the sum replaces: %v, want %v as its base", sum.Replaces(), replace)
		}
		// Over a third time nothing changes: each number says what was said last.
		if twice := over.Over(sum); !bytes.Equal(twice.Encode(), over.Over(twice).Encode()) {
			t.Fatalf("putting %v over the sum twice is not the same as once", said)
		}
	})
}

// The effect of tables, one after the other, is that of their sum: the calls go
// the same way.
func TestSumOfRouteTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var tables []engine.RouteTable
		sum := engine.NewRouteTable(nil, true)
		for i := range rapid.IntRange(1, 4).Draw(t, "tables") {
			table, _ := drawTable(t, fmt.Sprint("table", i), i == 0)
			kept, err := engine.DecodeRouteTable(table.Encode())
			if err != nil {
				t.Fatal(err)
			}
			tables = append(tables, kept)
			sum = table.Over(sum)
		}
		for _, number := range []string{"79161234567", "79161234568", "74951234567", "442071234567"} {
			var went [2]string
			for i, in := range []engine.Restored{{Revision: 1, Tables: tables}, {Revision: 1, Tables: []engine.RouteTable{copyOf(t, sum)}}} {
				p := company(distributing, "101", "102")
				p.step(start, in)
				p.step(after(10), inMenu("e", number).input())
				for _, r := range p.requests {
					went[i] += r.To
				}
			}
			if went[0] != went[1] {
				t.Fatalf("%s is routed to %q by the tables in turn, to %q by their sum", number, went[0], went[1])
			}
			for i := range tables { // the engine has taken them
				tables[i] = copyOf(t, tables[i])
			}
		}
	})
}

func copyOf(t *rapid.T, table engine.RouteTable) engine.RouteTable {
	again, err := engine.DecodeRouteTable(table.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// Restored tells nobody anything, and what it brings is there.
func TestRestored(t *testing.T) {
	t.Parallel()
	set := engine.Defaults()
	set.MinInSec = 5
	s := engine.New(set)
	effects := s.Step(start, engine.Restored{Revision: 7, Users: []engine.User{{UserID: "a"}, {UserID: "b", Extension: "101"}}})
	if len(effects) != 0 {
		t.Errorf("Step(Restored) = %+v, want nothing to do", effects)
	}
	if got, revision := s.Settings(); revision != 7 || got.MinInSec != 5 {
		t.Errorf("Settings() = %+v, %d, want those of New, revision 7", got, revision)
	}
	if got := s.Users(start); len(got) != 2 || got[1].Extension != "101" {
		t.Errorf("Users() = %+v, want both", got)
	}
}

// FuzzDecodeRouteTable: whatever the disk holds, no panic and no memory beyond
// its length; what is read is written as it was, or in its shortest form.
func FuzzDecodeRouteTable(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add([]byte{1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add(engine.NewRouteTable(nil, true).Encode())
	f.Add(engine.NewRouteTable([]engine.Responsible{{"79161234567", "101"}, {"4951234567", ""}, {"79161234567", "102"}}, false).Encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		table, err := engine.DecodeRouteTable(raw)
		if err != nil {
			return
		}
		if table.Len() > len(raw) {
			t.Fatalf("%d numbers of %d bytes", table.Len(), len(raw))
		}
		once := table.Encode()
		again, err := engine.DecodeRouteTable(once)
		if err != nil || !bytes.Equal(again.Encode(), once) {
			t.Fatalf("Encode() = %x, read again = %x, %v", once, again.Encode(), err)
		}
	})
}

// BenchmarkRouteTable is what keeping and reading the largest table costs.
func BenchmarkRouteTable(b *testing.B) {
	list := make([]engine.Responsible, 500_000)
	for i := range list {
		list[i] = engine.Responsible{Number: fmt.Sprint(int64(79000000000) + int64(i)*1999), Extension: fmt.Sprint(100 + i%300)}
	}
	table := engine.NewRouteTable(list, true)
	raw := table.Encode()
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			raw = table.Encode()
		}
		b.ReportMetric(float64(len(raw))/float64(table.Len()), "bytes/number")
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := engine.DecodeRouteTable(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}
