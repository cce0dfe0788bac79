package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rules are the findings of one source, as "line rule".
func rules(t *testing.T, path, src string) []string {
	t.Helper()
	s, err := parseSource(path, src)
	if err != nil {
		t.Fatalf("parseSource(%s): %v\n%s", path, err, src)
	}
	var got []string
	for _, f := range s.check() {
		line, ok := strings.CutPrefix(f.pos, path+":")
		if !ok || f.text == "" {
			t.Errorf("finding %+v, want it in %s, with a text", f, path)
		}
		got = append(got, line+" "+f.rule)
	}
	return got
}

// Each source breaks its rule in the lines that end with "// <rule>", and no
// other one.
func TestRulesOfSources(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ path, src string }{
		"go statement": {"sdk/a/a.go", `
			func f() {
				go f() // group
			}`},
		"go statement in sdk/group": {"sdk/group/group.go", `
			func f() { go f() }`},
		"WaitGroup.Go, errgroup": {"sdk/a/a.go", `
			import ("sync"; "golang.org/x/sync/errgroup")
			func f() {
				var wg sync.WaitGroup
				wg.Go(f) // group
				new(errgroup.Group).Go(nil) // group
				start := wg.Go // group
				a.b.TryGo(f) // group
				(wg.Go)(f) // group
			}`},
		"our own groups": {"sdk/a/a.go", `
			func f(g *group.Group, o *office) {
				g.Go("name", f)
				o.env.Group().Go("name", func(context.Context) {})
			}`},
		"WaitGroup.Go in sdk/group": {"sdk/group/group.go", `
			func f() { wg.Go(f) }`},
		"WaitGroup.Go in a program": {"cmd/x/main.go", `
			func f() {
				wg.Go(f) // group
			}`},
		"AfterFunc": {"sdk/a/a.go", `
			func f() {
				time.AfterFunc(0, f) // group
				context.AfterFunc(nil, f) // group
			}`},
		"AfterFunc where it is allowed": {callbacks[0], `
			func f() { time.AfterFunc(0, f) }`},

		"the process": {"addin/a/a.go", `
			import ("os"; "syscall"; other "os"; "golang.org/x/sys/windows"; "golang.org/x/sys/unix")
			func f() {
				os.Exit(1) // guest
				os.Setenv("a", "b") // guest
				os.Unsetenv("a") // guest
				os.Clearenv() // guest
				os.Chdir("/") // guest
				syscall.Exit(1) // guest
				syscall.Setenv("a", "b") // guest
				syscall.Unsetenv("a") // guest
				syscall.Clearenv() // guest
				syscall.Chdir("/") // guest
				unix.Fchdir(1) // guest
				windows.Setenv("a", "b") // guest
				windows.ExitProcess(1) // guest
				other.Exit(1) // guest
				exit := os.Exit // guest
				dir.Chdir() // guest
				os.Getenv("a")
				mine.Exit(1)
			}`},
		"loggers that end the process": {"sdk/a/a.go", `
			import "log"
			func f() {
				log.Fatal("x") // guest
				log.Fatalf("x") // guest
				log.Fatalln("x") // guest
				log.Panic("x") // guest
				log.Panicf("x") // guest
				log.Panicln("x") // guest
				o.cfg.Log.Fatal().Msg("x") // guest
				o.logger().Panic().Msg("x") // guest
				logger.Error().Msg("x")
				panic("recovered where goroutines start")
			}`},
		"a suite for tests fails them": {"sdk/journal/journaltest/suite.go", `
			import "testing"
			func f(t testing.TB) { t.Fatal("x"); t.Fatalf("x") }`},
		"a program may do so": {"cmd/x/main.go", `
			import ("os"; "log")
			func f() { os.Exit(1); os.Setenv("a", "b"); os.Chdir("/"); log.Fatal("x") }`},
		"a package without a name of its own": {"sdk/a/a.go", `
			import . "os" // guest
			func f() { Exit(1) }`},

		"unsafe and C outside the island": {"sdk/a/a.go", `
			import "unsafe" // island
			import "C" // island`},
		"unsafe and C on the island": {"cgo/a.go", `
			import ("unsafe"; "C")`},
		"a clock in a pure package": {"sdk/engine/a.go", `
			import "time"
			import "math/rand/v2" // pure
			func f(now time.Time) {
				time.Now() // pure
				time.Since(now) // pure
				clock := time.Now // pure
				now.Add(time.Second)
			}`},
		"a clock elsewhere": {"sdk/office/a.go", `
			import ("time"; "math/rand/v2")
			func f() { time.Now() }`},
		"standard output": {"sdk/a/a.go", `
			import "fmt"
			func f() {
				fmt.Println("x") // log
				fmt.Sprintln("x")
			}`},
		"standard output of a program": {"build/a/a.go", `
			import "fmt"
			func f() { fmt.Println("x") }`},
		"prose": {"sdk/a/a.go", `
			const a = "Нет связи" // prose
			const b = "НетСвязи"`},
		"prose in a table": {"addin/telephony/table_a.go", `
			const a = "Нет связи"`},
		"a long function": {"sdk/a/a.go", `
			func f() { // screen` + strings.Repeat("\n", maxFunctionLines) + `}`},
		"a function that just fits": {"sdk/a/a.go", `
			func f() {` + strings.Repeat("\n", maxFunctionLines-1) + `}`},
		"a long table": {"addin/telephony/table_a.go", `
			func f() {` + strings.Repeat("\n", maxFunctionLines) + `}`},
	} {
		src := "package " + filepath.Base(filepath.Dir(c.path)) + c.src
		var want []string
		for i, line := range strings.Split(src, "\n") {
			if _, rule, ok := strings.Cut(line, " // "); ok {
				want = append(want, strconv.Itoa(i+1)+" "+rule)
			}
		}
		if diff := cmp.Diff(want, rules(t, c.path, src)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s\n%s", name, diff, src)
		}
	}
}

func TestTellsCodes(t *testing.T) {
	t.Parallel()
	for comment, want := range map[string]bool{
		"Hold puts on hold (§3.2.11).": false, "at most 500 of 10,000 (§3.7.15)": false,
		"Codes: 3300, 5xxx.": true, "The outcome is 22xx": true, "Codes: 333x": true,
		"x. No code of its\nown: see Error.": true,
	} {
		if got := tellsCodes(comment); got != want {
			t.Errorf("tellsCodes(%q) = %v, want %v", comment, got, want)
		}
	}
}
