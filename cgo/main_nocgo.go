//go:build !cgo

// Without cgo there is no library; this keeps `go build ./...` and `go vet`
// whole on machines without a C compiler.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "the component is a shared library: build it with build/targets/build.sh (needs cgo)")
	os.Exit(1)
}
