// Not alone in the process: copies, other Go libraries, loaders, unloading.
#include "host.hpp"

namespace {

bool work(Test &t, Library &l, int rounds) {
	for (int i = 0; i < rounds; i++) {
		Object o;
		if (!o.create(t, l)) return false;
		if (l.is_probe()) {
			Args busy(o.memory), burst(o.memory);
			busy.i4(2).i4(100);
			burst.i4(200).i4(2).boolean(false);
			if (!o.call(u"Busy", busy) || !o.call(u"Burst", burst)) return t.fail("Busy or Burst failed");
			if (!o.connection.wait_events(200, t.ms(20000))) return t.fail("%zu events of 200 came", o.connection.events());
		}
		for (int k = 0; k < 200; k++)
			if (!o.ping()) return t.fail("a call failed");
		if (!o.end(t)) return false;
	}
	return true;
}

struct Side {
	Test *t;
	Library *l;
	volatile bool ok;
};

void work_on(void *p) {
	auto *s = static_cast<Side *>(p);
	s->ok = work(*s->t, *s->l, 5);
}

// Two libraries work at once, the host throws meanwhile.
bool together(Test &t, Library &a, Library &b) {
	Side s[2] = {{&t, &a, false}, {&t, &b, false}};
	os::Thread th[2];
	for (int i = 0; i < 2; i++)
		if (!os::start(th[i], work_on, &s[i])) return t.fail("no thread");
	long cpp = throw_cpp(1000), sys = throw_system(999);
	for (auto &x : th)
		if (!os::join(x, t.ms(50000))) return t.fail("a thread hangs");
	if (!s[0].ok || !s[1].ok) return t.fail("one of the two failed");
	if (cpp != 1000 || sys != 999) return t.fail("%ld of 1000 C++ and %ld of 999 system exceptions were caught", cpp, sys);
	return true;
}

// Attaching the same component from another file loads a second copy.
void two_copies(Test &t) {
	if (t.second == nullptr) return (void)t.skip("no --second");
	Library a, b;
	NEED(a.open(t, t.lib));
	NEED(b.open(t, t.second));
	CHECK(a.GetClassNames != b.GetClassNames, "both files gave one library");
	a.attach();
	b.attach();
	NEED(work(t, a, 2));
	NEED(work(t, b, 2));
	NEED(together(t, a, b));
}

// Another Go library, of another add-in.
void other_go(Test &t) {
	if (t.other == nullptr) return (void)t.skip("no --other");
	for (int first = 0; first < 2; first++) {
		Library l;
		char why[300];
		if (first == 0) NEED(l.open(t, t.lib));
		void *h = os::load(t.other, why, sizeof why);
		CHECK(h != nullptr, "cannot load %s: %s", t.other, why);
		NEED(l.open(t, t.lib));
		l.attach();
		int (*churn)(int);
		void *p = os::symbol(h, "OtherChurn");
		memcpy(&churn, &p, sizeof churn);
		CHECK(churn != nullptr, "%s lacks OtherChurn", t.other);
		for (int i = 0; i < 5; i++) {
			int got = churn(20);
			CHECK(got == 20, "the other library recovered %d of 20 nil dereferences", got);
			NEED(work(t, l, 1));
			CHECK(throw_cpp(100) == 100, "C++ exceptions were lost");
			CHECK(throw_system(99) == 99, "system exceptions were lost");
		}
	}
}

struct Churn {
	int (*fn)(int);
	volatile int got;
};
void churn_on(void *p) {
	auto *c = static_cast<Churn *>(p);
	c->got = 0;
	for (int i = 0; i < 20; i++) c->got = c->got + c->fn(5);
}

// Both at once: nil dereferences in one, calls and events in the other.
void other_go_busy(Test &t) {
	if (t.other == nullptr) return (void)t.skip("no --other");
	Library l;
	char why[300];
	NEED(l.open(t, t.lib));
	l.attach();
	void *h = os::load(t.other, why, sizeof why), *p = os::symbol(h, "OtherChurn");
	CHECK(h != nullptr && p != nullptr, "cannot load %s", t.other);
	Churn c;
	memcpy(&c.fn, &p, sizeof c.fn);
	os::Thread th;
	CHECK(os::start(th, churn_on, &c), "no thread");
	NEED(work(t, l, 4));
	CHECK(os::join(th, t.ms(40000)), "the other library hangs");
	CHECK(c.got == 100, "the other library recovered %d of 100 nil dereferences", c.got);
	NEED(work(t, l, 1));
}

// W1 and NODELETE: unloading must leave the code where it is.
void reload(Test &t) {
	char why[300];
	{ // loaded and released without a single call
		void *h = os::load(t.lib, why, sizeof why);
		CHECK(h != nullptr, "cannot load: %s", why);
		os::unload(h);
		CHECK(os::is_loaded(t.lib), "the library was unmapped before its first call");
	}
	void *at = nullptr;
	for (int i = 0; i < 3; i++) {
		Library l;
		NEED(l.open(t, t.lib));
		l.attach();
		void *here;
		memcpy(&here, &l.GetClassNames, sizeof here);
		CHECK(at == nullptr || at == here, "loaded at another address in round %d: two runtimes", i);
		at = here;
		NEED(work(t, l, 2));
		os::unload(l.handle);
		os::unload(l.handle); // and once too often
		CHECK(os::is_loaded(t.lib), "the library was unmapped in round %d", i);
		os::sleep_ms(50);
		CHECK(throw_cpp(300) == 300, "C++ exceptions were lost after unloading");
		CHECK(throw_system(300) == 300, "system exceptions were lost after unloading");
	}
}

struct Attached {
	Test *t;
	volatile bool over;
	void *handle;
};

void load_helper(void *p) {
	auto *a = static_cast<Attached *>(p);
	char why[300];
	a->handle = os::load(a->t->helper, why, sizeof why);
	if (a->handle == nullptr) a->t->fail("cannot load %s: %s", a->t->helper, why);
	a->over = true;
}

// W5: another library calls the exports while it is being loaded, that is with
// the loader's lock held, before or after ours was loaded.
void loader_lock(Test &t, bool first) {
	if (t.helper == nullptr) return (void)t.skip("no --helper");
	os::set_env("HOST_LIB", t.lib);
	Library l;
	if (first) NEED(l.open(t, t.lib));
	Attached a = {&t, false, nullptr};
	os::Thread th;
	CHECK(os::start(th, load_helper, &a), "no thread");
	CHECK(os::join(th, t.ms(15000)), "hangs under the loader's lock");
	NEED(a.handle != nullptr);
	int *result = static_cast<int *>(os::symbol(a.handle, "helper_result"));
	CHECK(result != nullptr && *result != 0, "the helper did not run: its environment names no library");
	CHECK(*result == 1, "step %d failed under the loader's lock", -*result);
	if (!first) NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed afterwards");
	NEED(o.end(t));
}

void loader_lock_after(Test &t) { loader_lock(t, true); }
void loader_lock_nested(Test &t) { loader_lock(t, false); }

} // namespace

Cases company_cases() {
	static const Case cases[] = {
		{"two-copies", kBoth, two_copies, "two copies of the library work at once"},
		{"X1", kBoth, other_go, "another Go library, loaded before and after"},
		{"X1-busy", kBoth, other_go_busy, "another Go library faults while ours works"},
		{"W1", kBoth, reload, "three rounds of load and unload: the code stays, exceptions work"},
		{"W5", kBoth, loader_lock_after, "exports called under the loader's lock"},
		{"W5-nested", kBoth, loader_lock_nested, "loaded and called under the loader's lock"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
