//go:build cgo

package main

/*
#include "bridge.h"
*/
import "C"

import (
	"sync"
	"unicode/utf16"
	"unsafe"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
)

// host is the 1C object that an instance lives in: one session of it, from
// Init to Done. Later sessions of the same object, or of another object in
// the same memory, have another number, and C refuses events of this one.
type host struct {
	object  *C.napi_object // C memory that is never given back
	session C.uint32_t
}

func newHost(object *C.napi_object) *host {
	return &host{object: object, session: C.napi_object_session(object)}
}

// texts of events, reused: the host copies them during the call.
var texts = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// keepTexts bounds what the pool holds on to, in bytes per buffer.
const keepTexts = 256 << 10

// ExternalEvent implements component.Host.
func (h *host) ExternalEvent(source, name, data string) bool {
	p := texts.Get().(*[]byte)
	b := (*p)[:cap(*p)]
	if need := 2*(len(source)+len(name)+len(data)) + 6; len(b) < need {
		b = make([]byte, need)
	}
	at := [3]int{}
	n := 0
	for i, s := range [3]string{source, name, data} {
		at[i] = n
		n += spec.PutUTF16(b[n:], s)
		b[n], b[n+1] = 0, 0
		n += 2
	}
	base := unsafe.Pointer(unsafe.SliceData(b))
	taken := C.napi_event(h.object, h.session, (*C.napi_char)(base),
		(*C.napi_char)(unsafe.Add(base, at[1])), (*C.napi_char)(unsafe.Add(base, at[2])))
	if cap(b) <= keepTexts {
		*p = b
		texts.Put(p)
	}
	return bool(taken)
}

// Info implements component.Host.
func (h *host) Info() component.HostInfo {
	var p C.napi_platform
	C.napi_platform_read(h.object, &p)
	info := component.HostInfo{
		AppVersion:  text(p.version),
		UserAgent:   text(p.user_agent),
		Application: int(p.application),
		Locale:      text(p.locale),
		Language:    text(p.language),
		LibraryPath: libraryPath(),
		EventDepth:  int(p.event_depth),
	}
	switch p.attached {
	case 0:
		info.Attach = "isolated"
	case 1:
		info.Attach = "not_isolated"
	}
	return info
}

// text copies a NUL-terminated text of the platform, which may be nil. What
// the platform says about itself is short; the bound stops a missing NUL.
func text(p *C.napi_char) string {
	const longest = 4096
	if p == nil {
		return ""
	}
	n := 0
	for n < longest && *(*uint16)(unsafe.Add(unsafe.Pointer(p), 2*n)) != 0 {
		n++
	}
	return string(utf16.Decode(unsafe.Slice((*uint16)(p), n)))
}
