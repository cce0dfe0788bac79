// The host's own handlers of faults, installed before any library is loaded:
// 1C and mono have such. A fault in code under caught_one jumps back there; any
// other is what it would be without handlers, the end.
#include "host.hpp"

#include <setjmp.h>
#include <signal.h>

static __thread sigjmp_buf *armed;

static void on_fault(int sig) {
	if (armed != nullptr) siglongjmp(*armed, sig);
	signal(sig, SIG_DFL); // and the fault happens again
}

void os::prepare() {
	struct sigaction a;
	memset(&a, 0, sizeof a);
	a.sa_handler = on_fault;
	a.sa_flags = SA_ONSTACK | SA_NODEFER;
	for (int sig : {SIGSEGV, SIGBUS, SIGFPE}) sigaction(sig, &a, nullptr);
}

static volatile int zero;
static volatile int sink;

__attribute__((noinline)) static void access_violation() { *reinterpret_cast<volatile int *>(16) = 1; }
__attribute__((noinline)) static void divide() {
#if defined(__x86_64__) || defined(__i386__)
	sink = 7 / zero;
#else
	access_violation(); // dividing by zero is no fault on arm64
#endif
}

__attribute__((noinline)) static int caught_one(void (*fn)()) {
	sigjmp_buf here;
	int sig = sigsetjmp(here, 1);
	if (sig == 0) {
		armed = &here;
		fn();
	}
	armed = nullptr;
	return sig != 0;
}

long throw_system(long n) {
	void (*const kinds[])() = {access_violation, divide};
	long caught = 0;
	for (long i = 0; i < n; i++) caught += caught_one(kinds[i % 2]);
	return caught;
}
