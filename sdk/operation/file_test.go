package operation_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/text"
)

// fetch reads a file the way its owner does.
func fetch(t *testing.T, d *desk, id string, count int) (all []byte, err error) {
	t.Helper()
	for {
		part, whole, err := d.ReadFile(t.Context(), "me", id, int64(len(all)), count)
		if err != nil {
			return all, err
		}
		if all = append(all, part...); whole {
			return all, nil
		}
	}
}

// A file is fetched in parts while it is made, and its operation ends when its
// owner has it.
func TestFileIsFetchedInParts(t *testing.T) {
	t.Parallel()
	want := make([]byte, 3*operation.PartMax+17)
	_, _ = rand.New(rand.NewSource(1)).Read(want) // never fails
	for _, count := range []int{1 << 10, 100_000, 1 << 30} {
		d := newDesk(t, operation.Config{})
		dir := t.TempDir()
		id, err := d.StartFile("me", "BuildReport", dir, func(_ context.Context, op *operation.Op, w io.Writer) error {
			for rest := want; len(rest) > 0; {
				n := min(len(rest), 70_000)
				if _, err := w.Write(rest[:n]); err != nil {
					return err
				}
				rest = rest[n:]
			}
			op.Count(42)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := fetch(t, d, id, count)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("parts of %d: %d bytes, %v, want the %d that were made", count, len(got), err, len(want))
		}
		if _, ended := d.told(); len(ended) != 0 {
			t.Errorf("Ended was told %+v before the owner had written the file", ended)
		}
		if err := d.EndFile("me", id, "/reports/a.csv", nil); err != nil {
			t.Errorf("EndFile() = %v", err)
		}
		if _, ended := d.told(); len(ended) != 1 || ended[0].Path != "/reports/a.csv" || ended[0].Err != nil || ended[0].Rows != 42 {
			t.Errorf("Ended was told %+v, want the success with its path and 42 rows", ended)
		}
		if _, _, err := d.ReadFile(t.Context(), "me", id, 0, 1); code(err) != text.OperationUnknown {
			t.Errorf("ReadFile after the end = %v, want operation_unknown", err)
		}
		d.close(t)
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%v was left behind", left)
		}
	}
}

// An empty file is a file.
func TestEmptyFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, operation.Config{})
	id, err := d.StartFile("me", "BuildReport", t.TempDir(), func(context.Context, *operation.Op, io.Writer) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fetch(t, d, id, 10); err != nil || len(got) != 0 {
		t.Errorf("an empty file = %q, %v", got, err)
	}
	d.close(t)
}

// What goes wrong on either side is told to whoever fetches and by Ended, once.
func TestFileFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fn   operation.FileFunc
		dir  string
		do   func(d *desk, id string) error
		want text.Code
	}{
		"it cannot be made": {
			fn:   func(context.Context, *operation.Op, io.Writer) error { return errors.New("boom") },
			want: text.Internal,
		},
		"it cannot be kept": {
			fn:  func(context.Context, *operation.Op, io.Writer) error { return nil },
			dir: "absent", want: text.FileNotWritten,
		},
		"it is cancelled": {
			fn:   waits,
			do:   func(d *desk, id string) error { return d.Cancel("me", id) },
			want: text.Cancelled,
		},
		"its owner cannot write it": {
			fn: waits,
			do: func(d *desk, id string) error {
				return d.EndFile("me", id, "", text.New(text.FileNotWritten))
			},
			want: text.FileNotWritten,
		},
		"the connection ends": {
			fn:   waits,
			do:   func(d *desk, _ string) error { d.Stop(); return nil },
			want: text.Stopping,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, operation.Config{})
			dir := t.TempDir()
			id, err := d.StartFile("me", "BuildReport", filepath.Join(dir, c.dir), c.fn)
			if err != nil {
				t.Fatal(err)
			}
			got := make(chan error, 1)
			d.grp.Go("fetch", func(context.Context) {
				_, err := fetch(t, d, id, 10)
				got <- err
			})
			if c.do != nil {
				if err := d.EndFile("me", id, "x", nil); code(err) != text.OperationRunning {
					t.Errorf("EndFile before all is there = %v, want operation_running", err)
				}
				if err := c.do(d, id); err != nil {
					t.Error(err)
				}
			}
			if err := <-got; code(err) != c.want {
				t.Errorf("ReadFile = %v, want %s", err, c.want)
			}
			d.close(t)
			if _, ended := d.told(); len(ended) != 1 || ended[0].Err == nil || ended[0].Err.Code != c.want || ended[0].Path != "" {
				t.Errorf("Ended was told %+v, want %s once", ended, c.want)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%v was left behind", left)
			}
		})
	}
}

// waits writes a little and then nothing, for ever.
func waits(ctx context.Context, _ *operation.Op, w io.Writer) error {
	_, _ = w.Write([]byte("beginning"))
	<-ctx.Done()
	return ctx.Err()
}

// Nobody but its owner sees a file, and one that nobody comes for does not stay.
func TestFileOfNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, operation.Config{})
		id, err := d.StartFile("me", "BuildReport", t.TempDir(), func(_ context.Context, _ *operation.Op, w io.Writer) error {
			_, err := w.Write([]byte("x"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.ReadFile(t.Context(), "other", id, 0, 1); code(err) != text.OperationUnknown {
			t.Errorf("ReadFile of another's = %v, want operation_unknown", err)
		}
		if err := d.EndFile("other", id, "x", nil); code(err) != text.OperationUnknown {
			t.Errorf("EndFile of another's = %v, want operation_unknown", err)
		}
		for range 8 { // the desk's clock does not go by itself
			time.Sleep(15 * time.Second)
			synctest.Wait()
			d.pass(15 * time.Second)
		}
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if _, ended := d.told(); len(ended) != 1 || ended[0].Err == nil || ended[0].Err.Code != text.Timeout {
			t.Errorf("Ended was told %+v, want timeout", ended)
		}
		d.close(t)
	})
}
