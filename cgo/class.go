//go:build cgo && !napiprobe

package main

import (
	"sync"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/telephony"
)

// process is what all objects of the component share, made at the first call.
var process = sync.OnceValue(func() *telephony.Process {
	return telephony.NewProcess(telephony.ProcessOptions{Version: version})
})

// newInstance makes the Go half of an object of the component.
func newInstance(host component.Host) component.Instance { return process().NewInstance(host) }
