//go:build cgo

package main

// version is that of the VERSION file; the build puts it in (-X main.version).
var version = "0.0.0.0"
