// Package scenarios holds the calls that the emulated PBX knows by name; the
// files are read by sdk/vpbxtest.
package scenarios

import "embed"

// Files are the scenarios, one JSON file each.
//
//go:embed *.json
var Files embed.FS
