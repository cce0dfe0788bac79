//go:build cgo

// The shared library that 1C:Enterprise loads: Native API laid out by hand in
// C (abi.h, object.c), and here the few functions through which C enters Go.
//
// The rules of the border:
//   - C keeps handles, never Go pointers; Go keeps C objects, whose memory is
//     never given back (object.h).
//   - Each entry recovers: a panic that crosses C frames kills 1C.
//   - Nothing here runs before the first real call, except init.
package main

/*
#cgo CFLAGS: -std=gnu11 -Wall -Wextra -Wno-unused-parameter -fvisibility=hidden
#cgo napiprobe CFLAGS: -DNAPI_PROBE
#include "bridge.h"
*/
import "C"

import "mangoofficesdk/addin/component"

// instances are the Go halves of the objects.
var instances handles[component.Instance]

// init runs when the library is loaded, on a thread of Go: it is the first
// moment at which the host can get back what the runtime took.
func init() {
	C.napi_guest_started()
	limitMemory()
}

// main is never called in a shared library.
func main() {}

// napi_go_open makes the Go half of an object and returns its handle; 0 when
// that failed. Of two first calls at once one wins, without a lock: making the
// half asks the host about itself, and no lock is held while the host runs.
//
//export napi_go_open
func napi_go_open(object *C.napi_object) (h C.uintptr_t) {
	defer func() {
		if recover() != nil {
			h = 0
		}
	}()
	made := instances.add(newInstance(newHost(object)))
	h = C.napi_object_attach(object, C.uintptr_t(made))
	if handle(h) != made {
		napi_go_release(C.uintptr_t(made))
	}
	return h
}

// napi_go_call serves one method call, property read or property write.
//
//export napi_go_call
func napi_go_call(call *C.napi_call) {
	call.status = C.NAPI_STATUS_BROKEN // stays, should this panic
	defer func() { _ = recover() }()
	instance, ok := instances.get(handle(call.handle))
	if !ok {
		call.status = C.NAPI_STATUS_CLOSED
		return
	}
	serve(instance, call)
}

// napi_go_done ends the session of an object; the object may live on.
//
//export napi_go_done
func napi_go_done(h C.uintptr_t) {
	defer func() { _ = recover() }()
	if instance, ok := instances.get(handle(h)); ok {
		instance.Done()
	}
}

// napi_go_release forgets the Go half of an object, ending it if need be.
//
//export napi_go_release
func napi_go_release(h C.uintptr_t) {
	defer func() { _ = recover() }()
	if instance, ok := instances.remove(handle(h)); ok {
		instance.Done()
	}
}
