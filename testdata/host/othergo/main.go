// Command othergo is a C library in Go that has nothing to do with 1C: the
// other add-in in the process. It allocates, collects and faults.
package main

import "C"

import "runtime"

type node struct{ next *node }

// deref faults on nil and recovers.
func deref(n *node) (faulted bool) {
	defer func() { faulted = recover() != nil }()
	return n.next == n
}

// OtherChurn makes garbage, starts goroutines, and dereferences nil n times;
// it returns how many of those were recovered.
//
//export OtherChurn
func OtherChurn(n C.int) C.int {
	done := make(chan int)
	recovered := 0
	for range n {
		go func() {
			keep := make([][]byte, 0, 64)
			for range 64 {
				keep = append(keep, make([]byte, 16<<10))
			}
			if deref(nil) && len(keep) == 64 {
				done <- 1
				return
			}
			done <- 0
		}()
	}
	for range n {
		recovered += <-done
	}
	runtime.GC()
	return C.int(recovered)
}

func main() {}
