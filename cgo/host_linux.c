//go:build cgo

// A guest in a foreign Linux process: the signals, alternate stacks and forks
// of the host, which the Go runtime knows nothing of.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "object.h"

// Small enough for thousands of threads (untouched pages cost nothing), large
// enough for a crash reporter: Go would give the thread 32 KiB, and handlers
// of hosts overflowed that.
enum { ALTERNATE_STACK = 256 << 10 };

static _Atomic(bool) forked;
static pthread_key_t stack_key;
static bool stack_key_made;

// Initial-exec: one fs-relative load instead of a call. Go's own libraries
// occupy the static TLS block in the same way.
static __thread bool thread_ready __attribute__((tls_model("initial-exec")));

// --- signals -------------------------------------------------------------------

// A handler of the host without SA_ONSTACK would run on the small stack of a
// goroutine and write over the Go heap. Go repairs handlers that exist when it
// starts; later ones are ours to repair. Between the two calls another thread
// may install yet another handler, which we would undo; only a handler that
// needs the repair is written, so this takes two changes in a microsecond.
void napi_guest_refresh(void) {
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action;
		if (number == SIGKILL || number == SIGSTOP || sigaction(number, NULL, &action)) continue;
		if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN || (action.sa_flags & SA_ONSTACK)) continue;
		action.sa_flags |= SA_ONSTACK;
		sigaction(number, &action, NULL);
	}
}

// Threads of the Go runtime inherit the mask of the thread that loads us. With
// asynchronous signals blocked around Go's constructor the host's handlers
// never run on them. Faults stay open: a blocked SIGSEGV is a silent kill.
// (Go opens SIGCHLD, SIGURG and SIGPROF for itself; no way around that.)
static sigset_t loader_mask;

__attribute__((constructor(101))) static void before_go(void) {
	sigset_t blocked;
	sigfillset(&blocked);
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
	pthread_sigmask(SIG_BLOCK, &blocked, &loader_mask);
	napi_fence();
}

// --- forks -----------------------------------------------------------------------

// The child has one thread and none of Go's: a call into Go would wait for
// ever. The child may still use the C half and destroy its objects.
static void in_child(void) {
	forked = true;
	napi_pool_unlock_after_fork();
}

bool napi_guest_forked(void) { return atomic_load_explicit(&forked, memory_order_relaxed); }

// --- alternate stacks --------------------------------------------------------------

// Go's own key destructor must come first, as it restores the stack it found;
// destructors run in rounds, so this one asks for a second round.
typedef struct {
	void *base;
	bool second_round;
} thread_stack;

static void free_stack(void *value) {
	thread_stack *stack = value;
	if (!stack->second_round) {
		stack->second_round = true;
		if (!pthread_setspecific(stack_key, stack)) return;
	}
	stack_t current;
	if (!sigaltstack(NULL, &current) && current.ss_sp == stack->base) {
		current.ss_flags = SS_DISABLE;
		if (sigaltstack(&current, NULL)) return; // in use: leak it
	}
	munmap(stack->base, ALTERNATE_STACK);
	free(stack);
}

// give_stack runs once per host thread. A thread that has an alternate stack
// already keeps it.
static void give_stack(void) {
	stack_t stack;
	if (!stack_key_made || sigaltstack(NULL, &stack) || !(stack.ss_flags & SS_DISABLE)) return;
	thread_stack *record = calloc(1, sizeof *record);
	if (!record) return;
	record->base = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (record->base == MAP_FAILED) {
		free(record);
		return;
	}
	stack = (stack_t){.ss_sp = record->base, .ss_size = ALTERNATE_STACK};
	if (pthread_setspecific(stack_key, record) || sigaltstack(&stack, NULL)) {
		pthread_setspecific(stack_key, NULL);
		munmap(record->base, ALTERNATE_STACK);
		free(record);
	}
}

void napi_guest_thread(void) {
	if (thread_ready) return;
	thread_ready = true;
	give_stack();
}

// The runtime asks pthread for the stack on Linux; any size will do.
bool napi_guest_stack_too_big(void) { return false; }

// --- the rest ------------------------------------------------------------------------

// after_go runs when Go's constructor has started its thread.
__attribute__((constructor)) static void after_go(void) {
	stack_key_made = !pthread_key_create(&stack_key, free_stack);
	pthread_atfork(NULL, NULL, in_child);
	pthread_sigmask(SIG_SETMASK, &loader_mask, NULL);
}

void napi_guest_started(void) { napi_unfence(); }

#ifdef __i386__
void *napi_guest_reserve(void *at, size_t bytes) {
	void *got = mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (got == MAP_FAILED) return NULL;
	if (!at || got == at) return got;
	munmap(got, bytes); // `at` is a wish to mmap
	return NULL;
}

void napi_guest_release(void *at, size_t bytes) { munmap(at, bytes); }
#endif

void napi_guest_yield(void) { sched_yield(); }

void napi_guest_sleep(void) {
	struct timespec millisecond = {.tv_nsec = 1000000};
	nanosleep(&millisecond, NULL);
}

int64_t napi_guest_clock(void) {
	struct timespec now;
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now); // the function moved from librt to libc in 2.17
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Go reads /proc/self/maps instead: dladdr moved between libraries in 2.34.
uint32_t napi_guest_path(napi_char *path, uint32_t length) {
	(void)path;
	(void)length;
	return 0;
}
