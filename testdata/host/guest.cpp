// A guest that harms nobody: what can be asked on every system.
#include "host.hpp"

namespace os {

unsigned reservable_mib() {
	const size_t block = 4u << 20;
	void *got[1024]; // all of 32 bits
	unsigned n = 0;
	while (n < 1024 && (got[n] = reserve(block)) != nullptr) n++;
	for (unsigned i = 0; i < n; i++) release(got[i], block);
	return n * 4;
}

unsigned largest_mib() {
	size_t low = 0, high = 4000;
	while (high - low > 4) {
		size_t middle = (low + high) / 2;
		void *p = reserve(middle << 20);
		if (p != nullptr) release(p, middle << 20);
		(p != nullptr ? low : high) = middle;
	}
	return unsigned(low);
}

} // namespace os

long throw_cpp(long n) {
	long caught = 0;
	for (long i = 0; i < n; i++) {
		try {
			throw int(i & 7);
		} catch (int v) {
			caught += v == (i & 7);
		}
	}
	return caught;
}

namespace {

struct Thrower {
	volatile long bad, rounds;
};

void throw_all(void *p) {
	auto *t = static_cast<Thrower *>(p);
	if (throw_cpp(6) != 6 || throw_system(6) != 6) t->bad = t->bad + 1;
	__sync_fetch_and_add(&t->rounds, 1);
}

void throw_long(void *p) {
	auto *t = static_cast<Thrower *>(p);
	if (throw_cpp(3000) != 3000 || throw_system(3000) != 3000) t->bad = t->bad + 1;
}

void exceptions(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	if (o.method(u"Busy") >= 0) {
		Args a(o.memory);
		a.i4(4).i4(2000);
		CHECK(o.call(u"Busy", a), "Busy failed");
	}
	Thrower th = {0, 0};
	os::Thread threads[2];
	for (auto &x : threads) CHECK(os::start(x, throw_long, &th), "no thread");
	for (int i = 0; i < 300; i++) {
		throw_all(&th);
		CHECK(o.ping(), "a call failed");
	}
	for (auto &x : threads) CHECK(os::join(x, t.ms(50000)), "a thread hangs");
	CHECK(th.bad == 0, "exceptions of the host were lost");
	NEED(o.end(t));
}

// Thrown and caught inside ExternalEvent, on the library's own threads.
void exceptions_in_events(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	NEED_PROBE(l);
	Object o;
	NEED(o.create(t, l));
	Thrower th = {0, 0};
	o.connection.hook = throw_all;
	o.connection.hook_arg = &th;
	Args busy(o.memory), burst(o.memory);
	busy.i4(2).i4(1500);
	burst.i4(800).i4(4).boolean(false);
	CHECK(o.call(u"Busy", busy) && o.call(u"Burst", burst), "Busy or Burst failed");
	CHECK(o.connection.wait_events(800, t.ms(40000)), "%zu events of 800 came", o.connection.events());
	CHECK(th.rounds == 800 && th.bad == 0, "exceptions were lost in %ld of %ld events", th.bad, th.rounds);
	o.connection.hook = nullptr;
	NEED(o.end(t));
}

void environment(Test &t) {
	static char before[1 << 16], after[1 << 16];
	size_t n = os::environment(before, sizeof before);
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	for (int i = 0; i < 20; i++) CHECK(o.ping(), "a call failed");
	if (l.is_probe()) {
		Args a(o.memory);
		a.i4(2).i4(100);
		CHECK(o.call(u"Busy", a), "Busy failed");
	}
	NEED(o.end(t));
	os::sleep_ms(100);
	size_t m = os::environment(after, sizeof after);
	CHECK(n == m && memcmp(before, after, n) == 0, "the environment was changed");
}

// A panic's trace, a log line, a warning: nothing may reach the host's streams.
void quiet(Test &t) {
	static char said[4000];
	CHECK(os::capture_begin(), "no pipe");
	Library l;
	bool ok = l.open(t, t.lib);
	if (ok) {
		l.attach();
		Object o;
		ok = o.create(t, l) && o.ping();
		for (const Char *name : {u"Panic", u"PanicInGoroutine", u"NilDeref"}) {
			Args none(o.memory);
			if (ok && o.method(name) >= 0) o.call(name, none);
		}
		ok = ok && o.end(t);
	}
	os::sleep_ms(100);
	size_t n = os::capture_end(said, sizeof said);
	CHECK(ok, "failed: %s", t.why);
	CHECK(n == 0, "the library wrote to the host's streams: %.300s", said);
}

const char kReport[] = "crash-report.txt"; // in the current directory

bool can_die(Object &o) { return o.method(u"Die") >= 0; }

// The child of the next case.
void die(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(can_die(o), "no method Die");
	Args a(o.memory);
	a.text(u"crash-report.txt");
	o.call(u"Die", a);
	t.fail("the process lives after a fatal error of its Go runtime");
}

// W10: nothing recovers a fatal error of the Go runtime, and a host with
// windows shows no standard error: a file must tell what it was.
void crash_report(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	bool can = can_die(o);
	NEED(o.end(t));
	t.not_for = !can;
	if (!can) return;

	static char report[1 << 18];
	os::remove_file(kReport);
	int code = t.spawn("W10-dies", t.ms(20000));
	CHECK(code != 0 && code != 1 && code != os::kTimeout && code != os::kCannot, "the process ended with %d", code);
	long n = os::read_file(kReport, report, sizeof report - 1);
	CHECK(n > 0, "no report (%ld) of a process that died with %d", n, code);
	report[n] = 0;
	for (const char *word : {"goroutine ", "[running", "sync.(*Mutex).Unlock", "addin/probe.die"})
		CHECK(strstr(report, word) != nullptr, "the report lacks %s: %.300s", word, report);
	os::remove_file(kReport);
}

struct Stack {
	Test *t;
	Library *l;
	Object *o; // made on the main thread
	bool own, shared;
};

void on_stack(void *p) {
	auto *s = static_cast<Stack *>(p);
	s->shared = s->o->ping();
	auto *mine = new Object; // small stacks
	Component *c = nullptr;
	if (s->l->GetClassObject(s->l->class_name().data(), &c) != 0) {
		s->l->DestroyObject(&c);
		s->own = mine->create(*s->t, *s->l) && mine->ping() && mine->end(*s->t);
	}
	delete mine;
}

// W6: Go kills the process when a calling Windows thread has more than 64 MiB
// of stack: such calls are refused. On Linux any size does.
void stacks(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
#ifdef __aarch64__
	const size_t smallest = 256; // the C library allows no less than 128
#else
	const size_t smallest = 64;
#endif
	for (size_t kib : {smallest, size_t(1) << 10, size_t(8) << 10, size_t(64) << 10, size_t(70) << 10, size_t(128) << 10}) {
		bool may = !os::kWindows || kib <= 64 << 10;
		Stack s = {&t, &l, &o, false, false};
		os::Thread th;
		CHECK(os::start(th, on_stack, &s, kib << 10), "no thread with %zu KiB of stack", kib);
		CHECK(os::join(th, t.ms(20000)), "a call on a stack of %zu KiB hangs", kib);
		CHECK(s.shared == may, "a call on a stack of %zu KiB was %s", kib, s.shared ? "not refused" : "refused");
		if (may) CHECK(s.own, "an object made on a stack of %zu KiB failed: %s", kib, t.why);
		CHECK(o.ping(), "a call failed after that on %zu KiB", kib);
	}
	t.failed = false; // an object refused on a big stack is what we want
	NEED(o.end(t));
}

// W7: Go would reserve 512 MiB of the two or three gigabytes of 32 bits. What
// counts is what the host can still get: maps and queries do not tell that
// (wine calls foreign space reserved).
void address_space(Test &t) {
	unsigned could = os::reservable_mib(), largest = os::largest_mib();
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	NEED(o.end(t));
	os::sleep_ms(300);
	unsigned can = os::reservable_mib(), largest_now = os::largest_mib();
	if (os::env("HOST_VERBOSE") != nullptr) {
		char s[200];
		format(s, sizeof s, "address space: %u MiB could be had, now %u; largest block %u, now %u\n", could, can, largest, largest_now);
		os::note(s, strlen(s));
	}
	// 128 for the arena, 32 of .bss for crypto, 10 for the code, Go's tables,
	// stacks of threads.
	CHECK(can + 250 >= could, "%u MiB of address space were taken", could - can);
	// At the worst the arena lies in the middle of the largest hole.
	CHECK(largest_now >= largest / 2 - 150, "the largest block shrank from %u to %u MiB", largest, largest_now);
}

} // namespace

Cases guest_cases() {
	static const Case cases[] = {
		{"X2", kBoth, exceptions, "C++ and system exceptions of the host with the library busy"},
		{"X2-events", kBoth, exceptions_in_events, "the same inside ExternalEvent on the library's threads"},
		{"X3", kBoth, environment, "the environment is not changed"},
		{"quiet", kBoth, quiet, "nothing is written to the host's streams"},
		{"W10-report", kBoth, crash_report, "a fatal error of the Go runtime leaves its last words in a file"},
		{"W10-dies", kBoth | kAsked, die, "the child of W10-report, which does not survive"},
		{"W6", kBoth, stacks, "calls on stacks from 64 KiB to 128 MiB"},
		{"W7", kBoth | kOnly32, address_space, "address space taken on 32 bits"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
