// Included before every C file of the 64-bit Linux builds: asks for functions by
// the versions they had before they moved to libc.so in glibc 2.34. Without this a
// host built on Debian 12 starts on nothing older, while the library it is to load
// runs on glibc 2.17 (build/targets/symver.h).
#ifndef NAPI_HOST_OLDGLIBC_H
#define NAPI_HOST_OLDGLIBC_H
#include "../../build/targets/symver.h"
NAPI_OLD(dlopen, NAPI_BASE);
NAPI_OLD(dlsym, NAPI_BASE);
NAPI_OLD(dlerror, NAPI_BASE);
NAPI_OLD(__libc_start_main, NAPI_BASE);
#endif
