// Cases and how they report.
#pragma once
#include "object.hpp"

void format(char *to, size_t n, const char *f, ...) __attribute__((format(printf, 3, 4)));

struct Test {
	const char *name;
	const char *lib;              // the library under test
	const char *second = nullptr; // a copy of it under another name
	const char *other = nullptr;  // another Go library that is no component
	const char *helper = nullptr; // a library that calls exports while it is loaded
	unsigned slow = 1;            // time-outs are multiplied: emulators
	bool emulated = false;        // memory of the process is not the library's alone
	char why[600] = "";
	bool failed = false, skipped = false, not_for = false;

	// Both return false, so that a helper can return them. The first failure stays.
	bool fail(const char *f, ...) __attribute__((format(printf, 2, 3)));
	bool skip(const char *f, ...) __attribute__((format(printf, 2, 3)));
	unsigned ms(unsigned n) const { return n * slow; }
	// Runs another case in a process of its own and waits: os::spawn's result.
	int spawn(const char *name, unsigned timeout_ms) const;
};

#define CHECK(cond, ...)                \
	do {                                \
		if (!(cond)) {                  \
			t.fail(__VA_ARGS__);        \
			return;                     \
		}                               \
	} while (0)

#define NEED(cond) \
	do {           \
		if (!(cond)) return; \
	} while (0)

// A case that only the probe component can carry out.
#define NEED_PROBE(lib)        \
	do {                       \
		if (!(lib).is_probe()) { \
			t.not_for = true;  \
			return;            \
		}                      \
	} while (0)

enum Where : unsigned { kLinux = 1, kWin = 2, kBoth = 3, kOnly32 = 4, kOnly64 = 8, kAsked = 16 /* only by name */ };

struct Case {
	const char *name;
	unsigned where;
	void (*run)(Test &);
	const char *what;
};

struct Cases {
	const Case *first;
	size_t n;
};

Cases export_cases();
Cases name_cases();
Cases value_cases();
Cases call_cases();
Cases life_cases();
Cases memory_cases();
Cases event_cases();
Cases company_cases();
Cases guest_cases();
Cases system_cases(); // guest_linux.cpp or guest_windows.cpp

int bench(const char *lib, const char *reference);

// Host exceptions, thrown and caught n times: C++ everywhere, SEH on Windows.
// The number caught; throw_all is all kinds one after another.
long throw_cpp(long n);
long throw_system(long n);
