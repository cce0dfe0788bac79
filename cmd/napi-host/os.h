// What differs between operating systems: threads, libraries, the clock.
#ifndef NAPI_HOST_OS_H
#define NAPI_HOST_OS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
typedef CRITICAL_SECTION os_mutex;
typedef CONDITION_VARIABLE os_cond;
#else
#include <pthread.h>
typedef pthread_mutex_t os_mutex;
typedef pthread_cond_t os_cond;
#endif

void os_mutex_init(os_mutex *m);
void os_lock(os_mutex *m);
void os_unlock(os_mutex *m);
void os_cond_init(os_cond *c);
void os_wait(os_cond *c, os_mutex *m);
void os_wake(os_cond *c); // wakes all waiters

// Starts a thread that is never joined. False when the system refuses.
bool os_thread(void (*fn)(void *), void *arg);

// A number that is equal for equal threads.
uintptr_t os_thread_id(void);

// Wall clock, nanoseconds since 1970: comparable with other programs of the
// same machine, which is what the demo needs to time a webhook.
int64_t os_now_ns(void);

// Loads a library; path is NUL-terminated UTF-16. NULL on failure: *code is
// then the system's number (GetLastError; 0 on Linux) and text its message.
void *os_load(const wch *path, long *code, char *text, size_t size);
void *os_symbol(void *library, const char *name);

// Standard streams without newline translation.
void os_binary_stdio(void);

const char *os_name(void);
const char *os_arch(void);

#endif
