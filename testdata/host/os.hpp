// What the host needs of the operating system; os_linux.cpp and
// os_windows.cpp implement it. No C++ library: on Windows there is none here.
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
extern "C" {
void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void free(void *);
void *memcpy(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strstr(const char *, const char *);
char *strrchr(const char *, int);
int atoi(const char *);
int _vsnprintf(char *, size_t, const char *, va_list);
}
namespace std { // what the compiler makes of {a, b, c}
template <class T> class initializer_list {
	const T *p_ = nullptr;
	size_t n_ = 0;

public:
	const T *begin() const { return p_; }
	const T *end() const { return p_ + n_; }
};
} // namespace std
inline int vsnprintf(char *to, size_t n, const char *f, va_list a) { return _vsnprintf(to, n, f, a); }
#else
#include <initializer_list>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#endif

namespace os {

constexpr bool kWindows =
#ifdef _WIN32
    true;
#else
    false;
#endif
constexpr bool kNarrow = sizeof(void *) == 4;

void out(const char *s, size_t n); // standard output, at once
void note(const char *s, size_t n); // standard error, at once
[[noreturn]] void quit(int code);   // no destructors, no atexit
[[noreturn]] void crash();          // an access violation

uint64_t now_ns();
inline unsigned ms_since(uint64_t from) { return unsigned(double(now_ns() - from) / 1e6); } // no 64-bit division: on x86 it is a library call
void sleep_ms(unsigned ms);
unsigned thread_id();

void *load(const char *path, char *why, size_t n); // nullptr: why is filled
unsigned load_error();                             // the system's number for the last failed load
void *symbol(void *lib, const char *name);
bool unload(void *lib);
bool is_loaded(const char *path);

struct Thread {
	void *handle;
};
bool start(Thread &t, void (*fn)(void *), void *arg, size_t stack = 0);
bool join(Thread &t, unsigned ms); // false: still running

class Mutex {
	void *word_[8] = {};

public:
	void lock();
	void unlock();
};
struct Lock {
	Mutex &m;
	explicit Lock(Mutex &m) : m(m) { m.lock(); }
	~Lock() { m.unlock(); }
};

int threads();            // of this process
long rss_kib();           // resident
unsigned mapped_mib();     // address space in use
unsigned reservable_mib(); // 32 bits: address space that can still be had, in blocks of 4 MiB
unsigned largest_mib();    // 32 bits: the largest block that can be had

// A copy of n bytes that ends exactly where an inaccessible page begins.
struct Guarded {
	void *base = nullptr;
	size_t size = 0;
	void *data = nullptr;
	Guarded(const void *from, size_t n);
	~Guarded();
};

// Runs a program and waits: its exit code; 1000 + signal, or the exception's
// number on Windows; kTimeout (it was ended) or kCannot.
constexpr int kTimeout = -1, kCannot = -2;
int spawn(const char *const *argv, unsigned timeout_ms);

long read_file(const char *path, char *to, size_t n); // bytes read, at most n; -1: cannot
void remove_file(const char *path);

const char *env(const char *name);                // nullptr: not set
void set_env(const char *name, const char *value);
size_t environment(char *to, size_t n);           // the whole of it, as the C library sees it now
void prepare(); // once, before any library is loaded: the host's own handlers of faults

// Address space of n bytes without memory behind it, or nullptr.
void *reserve(size_t n);
void release(void *p, size_t n);

bool capture_begin();                             // standard output and error go to a pipe from now on
size_t capture_end(char *to, size_t n);           // and back; what was written meanwhile

} // namespace os
