//go:build cgo && napiprobe

package main

import (
	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/probe"
)

// newInstance makes the Go half of a probe, for conformance tests and
// benchmarks.
func newInstance(host component.Host) component.Instance { return probe.New(host) }
