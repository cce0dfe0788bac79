package history_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"mangoofficesdk/sdk/history"
)

// victimKey names the folder to a child of this test: it puts calls until it is
// killed, and says what is on the disk.
const victimKey = "MANGO_HISTORY_VICTIM"

func victim(dir string) int {
	var s *history.Store
	committed := make(chan struct{}, 1)
	s = history.Open(history.Config{Dir: dir, Now: time.Now, Committed: func() {
		select {
		case committed <- struct{}{}:
		default:
		}
	}})
	begin := int(s.Status().Calls)
	for n := begin; ; n++ {
		s.Put(numbered(n))
		if n%50 == 0 {
			<-committed
			fmt.Println(s.Stored()) //nolint:forbidigo // to the parent
		}
	}
}

// What the store says is stored is there after kill -9.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "calls")
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^$") //nolint:gosec // this test
		cmd.Env = append(os.Environ(), victimKey+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stored := 0
		lines := bufio.NewScanner(out)
		for range 3 {
			if !lines.Scan() {
				t.Fatal("the child said nothing")
			}
			if _, err := fmt.Sscan(lines.Text(), &stored); err != nil {
				t.Fatalf("the child said %q", lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		s := openStore(t, history.Config{Dir: dir})
		ids := collect(t, s, time.Time{}, time.Time{}, history.Filter{})
		if len(ids) < stored {
			t.Errorf("%d calls are there, %d were said to be", len(ids), stored)
		}
		if st := s.Status(); st.Found.Damage != nil {
			t.Errorf("the file was damaged: %v", st.Found.Damage)
		}
		compareIndex(t, s)
		closeStore(t, s)
	}
}
