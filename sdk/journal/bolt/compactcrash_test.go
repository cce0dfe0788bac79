package bolt_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mangoofficesdk/sdk/journal/bolt"
)

// What the process of TestKilledWhileCompacting has in its file: rows that stay,
// and others that make most of the file free when they go.
const (
	rowsKept, rowKept = 2000, 4 << 10
	rowsGone, rowGone = 300, 64 << 10
)

func rowName(i int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(i)) }

// fill puts rows of bucket b that begin with round.
func fill(tx *bbolt.Tx, bucket string, rows, size, round int) error {
	b, row := tx.Bucket([]byte(bucket)), make([]byte, size)
	for i := range rows {
		binary.BigEndian.PutUint32(row, uint32(round))
		if err := b.Put(rowName(i), row); err != nil {
			return err
		}
	}
	return nil
}

// compactForever fills, empties and compacts a file until it is killed. Each line
// on its standard output is written at once and after the fact:
//
//	C n   the rows of round n are there and Compact begins
//	D n   Compact is done
func compactForever(dir string) error {
	f, _, err := bolt.OpenFile(bolt.FileOptions{Dir: dir, Name: "x.db", Buckets: []string{"a", "b"}, Now: time.Now})
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		for _, step := range []func(*bbolt.Tx) error{
			func(tx *bbolt.Tx) error { return fill(tx, "a", rowsKept, rowKept, n) },
			func(tx *bbolt.Tx) error { return fill(tx, "b", rowsGone, rowGone, n) },
			func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("b")) },
			func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err }, // what went is free after the next commit
		} {
			if err := f.Update(step); err != nil {
				return err
			}
		}
		fmt.Printf("C %d\n", n)
		if err := f.Compact(); err != nil {
			return err
		}
		fmt.Printf("D %d\n", n)
	}
}

// A process is killed while it writes its file anew: the file is the old one or
// the new one, whole, and what was half made goes at the next opening.
func TestKilledWhileCompacting(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	inside := 0
	for life := 0; life < 4 || life < 40 && inside == 0; life++ { // on a busy machine the blow may come late each time
		cmd := childCommand(t, nil, "compact", dir, "-")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(out)
		if line, err := r.ReadString('\n'); line != "C 1\n" {
			t.Fatalf("life %d: the child said %q, %v, want C 1", life, line, err)
		}
		time.Sleep(time.Duration(life%4*rand.IntN(60)) * time.Millisecond) // at once, and any moment of it
		_ = cmd.Process.Kill()
		said, _ := io.ReadAll(r)
		_ = cmd.Wait()      // "signal: killed"
		if len(said) == 0 { // not even D 1
			inside++
		}
		f, found := openBeside(t, dir)
		if found.Damage != nil {
			t.Errorf("life %d: opening found damage: %v", life, found.Damage)
		}
		err = f.View(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("a"))
			first := b.Get(rowName(0))
			for i := range rowsKept {
				if v := b.Get(rowName(i)); len(v) != rowKept || !bytes.Equal(v, first) {
					return fmt.Errorf("row %d has %d bytes of another round than row 0", i, len(v))
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("life %d, after %q: %v", life, said, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "x.db.new")); err == nil {
			t.Errorf("life %d: the half-made file is left", life)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if inside == 0 {
		t.Error("no process was killed inside Compact: nothing was proven")
	}
}
