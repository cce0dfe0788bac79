//go:build cgo

package main

/*
#include <stdlib.h>
#include "bridge.h"
*/
import "C"

import (
	"runtime"
	"unsafe"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/addin/spec"
)

// layout is where the fields of this target's variants lie. C asserts the same
// numbers against the compiler (abi.h); size and type are compared once more
// here, for the two descriptions could still differ.
var layout = func() spec.Layout {
	l, ok := spec.LayoutOf(runtime.GOOS, runtime.GOARCH)
	if !ok || l.Size != C.sizeof_napi_variant || l.VT != int(unsafe.Offsetof(C.napi_variant{}.vt)) {
		panic("cgo: no layout of variants for " + runtime.GOOS + "/" + runtime.GOARCH)
	}
	return l
}()

// serve reads the arguments, asks the instance and writes the answer.
func serve(instance component.Instance, call *C.napi_call) {
	var out component.Outcome
	switch call.operation {
	case C.NAPI_OP_CALL:
		out = instance.Call(int(call.index), arguments(call))
	case C.NAPI_OP_GET:
		out.Ret, out.Raise = instance.Get(int(call.index))
	case C.NAPI_OP_SET:
		out.Raise = instance.Set(int(call.index), arguments(call)[0])
	}
	answer(call, &out)
}

// arguments are the variants of a call. They are copies: the platform's memory
// is not looked at once this returns.
func arguments(call *C.napi_call) []spec.Value {
	if call.count == 0 {
		return nil
	}
	args := make([]spec.Value, call.count)
	given := unsafe.Slice(call.params, call.known)
	for i := range given {
		args[i] = spec.Decode(uint16(given[i].vt), given[i].u[:], layout, foreign)
	}
	return args
}

// foreign is the platform's memory. The address is read as the pointer it is
// (all targets are little endian): vet rightly distrusts conversions from
// integers, which hide Go pointers from the collector. This is none.
func foreign(address uint64, n int) []byte {
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), n)
}

// answer writes an outcome into the call.
func answer(call *C.napi_call, out *component.Outcome) {
	if out.Raise != nil {
		leaveText(call, out.Raise.Text)
		call.status = C.NAPI_STATUS_RAISE
		return
	}
	if call.result != nil {
		union := call.result.u[:]
		vt, payload := spec.Encode(out.Ret, layout, union)
		call.value_vt = C.uint16_t(vt)
		if n := payload.Size(); n > 0 {
			to := room(call, n, &call.value_heap)
			payload.Write(unsafe.Slice((*byte)(to), n))
			payload.Put(union, layout, uint64(uintptr(to)))
		}
	}
	leaveText(call, out.Error)
	call.status = C.NAPI_STATUS_OK
}

// leaveText leaves the text of the exception or of the out-parameter to C.
func leaveText(call *C.napi_call, s string) {
	n := 2*len(s) + 2 // no text needs more
	to := room(call, n, &call.text_heap)
	b := unsafe.Slice((*byte)(to), n)
	used := spec.PutUTF16(b, s)
	b[used], b[used+1] = 0, 0
	call.text, call.text_length = (*C.napi_char)(to), C.uint32_t(used/2)
}

// room finds n bytes that outlive this crossing: in what is left of the
// scratch buffer, or in memory that C frees, told by heap.
func room(call *C.napi_call, n int, heap *unsafe.Pointer) unsafe.Pointer {
	units := C.uint32_t(n+1) / 2
	if units > call.scratch_length {
		*heap = C.malloc(C.size_t(n)) // never nil: cgo's malloc dies instead
		return *heap
	}
	to := unsafe.Pointer(call.scratch)
	call.scratch = (*C.napi_char)(unsafe.Add(to, 2*units))
	call.scratch_length -= units
	return to
}
