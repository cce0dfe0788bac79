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
)

// libraryPath is the file of this library: 1C loads it under a temporary name.
var libraryPath = sync.OnceValue(func() string {
	var path [1024]uint16
	n := C.napi_guest_path((*C.napi_char)(unsafe.Pointer(&path[0])), C.uint32_t(len(path)))
	return string(utf16.Decode(path[:n]))
})
