// Structured exceptions of the host, thrown and caught. A file of its own:
// __try and C++ objects do not mix in a function.
#include "../host.hpp"
#include "win32.hpp"

static volatile int zero;
static volatile int sink;

__attribute__((noinline)) static void access_violation() { *reinterpret_cast<volatile int *>(16) = 1; }
__attribute__((noinline)) static void divide() { sink = 7 / zero; }
__attribute__((noinline)) static void raise() { RaiseException(0xe0001234, 0, 0, nullptr); }

static long caught_one(void (*fn)()) {
	__try {
		fn();
	} __except (1) {
		return 1;
	}
	return 0;
}

long throw_system(long n) {
	void (*const kinds[])() = {access_violation, divide, raise};
	long caught = 0;
	for (long i = 0; i < n; i++) caught += caught_one(kinds[i % 3]);
	return caught;
}
