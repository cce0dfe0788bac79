// Included before every C file of the Linux builds: asks for the oldest
// versions of the glibc functions that moved to libc.so in 2.34 (or changed,
// as memcpy did). Without this a library built on Debian 12 does not load on
// Astra 1.7 (2.28), RED OS 7 or CentOS 7 (2.17). Functions that the checker
// (check.sh) finds above 2.17 belong here.
//
// cgo gives C flags to assembler files too, which have no use for this.
#if !defined(__ASSEMBLER__) && defined(__linux__)
#define NAPI_OLD(name, version) __asm__(".symver " #name "," #name "@GLIBC_" version)
#if defined(__x86_64__)
#define NAPI_BASE "2.2.5"
#define NAPI_I386(old) NAPI_BASE
#elif defined(__aarch64__)
#define NAPI_BASE "2.17"
#define NAPI_I386(old) NAPI_BASE
#elif defined(__i386__)
#define NAPI_I386(old) old
#endif
NAPI_OLD(pthread_create, NAPI_I386("2.1"));
NAPI_OLD(pthread_detach, NAPI_I386("2.0"));
NAPI_OLD(pthread_key_create, NAPI_I386("2.0"));
NAPI_OLD(pthread_setspecific, NAPI_I386("2.0"));
NAPI_OLD(pthread_sigmask, NAPI_I386("2.0"));
NAPI_OLD(pthread_getattr_np, NAPI_I386("2.2.3"));
NAPI_OLD(pthread_attr_getstack, NAPI_I386("2.2"));
NAPI_OLD(pthread_attr_getstacksize, NAPI_I386("2.1"));
#ifdef __x86_64__
NAPI_OLD(memcpy, NAPI_BASE);
#endif
#endif
