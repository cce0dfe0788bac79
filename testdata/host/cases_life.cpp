// Done, DestroyObject and delete in any order, twice, never; foreign threads.
#include "host.hpp"

namespace {

bool ready(Test &t, Library &l) {
	if (!l.open(t, t.lib)) return false;
	l.attach();
	return true;
}

void done_twice(Test &t) {
	Library l;
	NEED(ready(t, l));
	for (int way = 0; way < 2; way++) {
		Object o;
		NEED(o.create(t, l));
		CHECK(o.ping(), "a call failed");
		o.done();
		o.c->Done();
		if (way == 0) o.c->Done();
		NEED(o.end(t, way == 0 ? kDestroyObject : kDelete));
	}
}

void destroy_without_done(Test &t) {
	Library l;
	NEED(ready(t, l));
	for (int way = 0; way < 6; way++) {
		Object o;
		NEED(o.create(t, l, way % 2 == 0 ? kPlatform : kOneScript));
		if (way >= 2) CHECK(o.ping(), "a call failed");
		if (way >= 4 && o.method(u"Burst") >= 0) { // events still on their way
			Args a(o.memory);
			a.i4(100000).i4(4).boolean(false);
			CHECK(o.call(u"Burst", a), "Burst failed");
		}
		if (way % 2 == 0) {
			CHECK(l.DestroyObject(&o.c) == 0 && o.c == nullptr, "DestroyObject failed");
		} else {
			delete o.c;
			o.c = nullptr;
		}
		o.connection.closed();
		os::sleep_ms(way >= 4 ? 100 : 1);
		NEED(o.clean(t));
	}
}

void after_done(Test &t) {
	Library l;
	NEED(ready(t, l));
	for (int used = 0; used < 2; used++) {
		Object o;
		NEED(o.create(t, l));
		if (used != 0) CHECK(o.ping(), "a call failed");
		o.done();
		for (long m = 0; m < o.c->GetNMethods(); m++) {
			Args a(o.memory);
			for (long p = 0; p < o.c->GetNParams(m); p++) a.empty();
			Variant v;
			memset(&v, 0, sizeof v);
			CHECK(!o.c->CallAsProc(m, a.data(), a.size()) && !o.c->CallAsFunc(m, &v, a.data(), a.size()), "method %ld was carried out after Done", m);
		}
		for (long p = 0; p < o.c->GetNProps(); p++) {
			Variant v;
			memset(&v, 0, sizeof v);
			if (o.c->GetPropVal(p, &v)) clear(o.memory, v); // may answer; must not crash or touch the connection
		}
		CHECK(o.c->FindMethod(u"нет") == -1, "FindMethod after Done");
		o.c->SetLocale(u"ru_RU");
		NEED(o.end(t));
	}
}

void without_init(Test &t) {
	Library l;
	NEED(ready(t, l));
	for (int way = 0; way < 4; way++) {
		Component *c = nullptr;
		CHECK(l.GetClassObject(l.class_name().data(), &c) != 0, "no object");
		if (way == 1) c->Done();
		if (way == 2) c->Init(nullptr); // whatever it answers, Done is called
		if (way == 2) c->setMemManager(nullptr);
		if (way == 3) {
			Variant v;
			memset(&v, 0, sizeof v);
			for (long m = 0; m < c->GetNMethods(); m++) {
				Variant args[16];
				memset(args, 0, sizeof args);
				c->CallAsFunc(m, &v, args, c->GetNParams(m));
				memset(&v, 0, sizeof v); // nothing can have been allocated
			}
		}
		if (way >= 1) c->Done();
		CHECK(l.DestroyObject(&c) == 0, "DestroyObject failed");
	}
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed afterwards");
	NEED(o.end(t));
}

// Init twice, another memory manager in the middle: what a confused host does.
void init_twice(Test &t) {
	Library l;
	NEED(ready(t, l));
	Object o;
	NEED(o.create(t, l));
	o.c->Init(static_cast<AddInDefBase *>(&o.connection));
	o.c->setMemManager(static_cast<MemoryManager *>(&o.memory));
	CHECK(o.ping(), "a call failed");
	NEED(o.end(t));
}

struct Work {
	Test *t;
	Library *l;
	int rounds;
	volatile bool bad;
};

void live(void *p) {
	auto *w = static_cast<Work *>(p);
	for (int i = 0; i < w->rounds && !w->bad; i++) {
		Object o;
		bool ok = o.create(*w->t, *w->l) && o.ping() && o.ping() && o.end(*w->t, i % 2 == 0 ? kDestroyObject : kDelete);
		if (!ok) w->bad = true;
	}
}

void threads(Test &t) {
	Library l;
	NEED(ready(t, l));
	Work w = {&t, &l, 150, false};
	os::Thread th[8];
	for (auto &x : th) CHECK(os::start(x, live, &w), "no thread");
	for (auto &x : th) CHECK(os::join(x, t.ms(50000)), "a thread hangs");
	CHECK(!w.bad, "an object failed on a foreign thread");
}

struct Calls {
	Object *o;
	volatile long done;
	volatile bool stop, bad;
};

void call_on(void *p) {
	auto *c = static_cast<Calls *>(p);
	while (!c->stop) {
		if (!c->o->ping()) c->bad = true;
		__sync_fetch_and_add(&c->done, 1);
	}
}

// One object, several threads: not promised by the platform, must not hurt.
void shared_object(Test &t) {
	Library l;
	NEED(ready(t, l));
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	Calls c = {&o, 0, false, false};
	os::Thread th[4];
	for (auto &x : th) CHECK(os::start(x, call_on, &c), "no thread");
	os::sleep_ms(t.ms(300));
	c.stop = true;
	for (auto &x : th) CHECK(os::join(x, t.ms(20000)), "a thread hangs");
	CHECK(!c.bad, "a call failed");
	NEED(o.end(t));
}

// A thread that called the library and ended leaves nothing behind.
void one_call(void *p) {
	auto *c = static_cast<Calls *>(p);
	if (!c->o->ping()) c->bad = true;
}

void short_threads(Test &t) {
	Library l;
	NEED(ready(t, l));
	Object o;
	NEED(o.create(t, l));
	Calls c = {&o, 0, false, false};
	auto round = [&](int n) {
		for (int i = 0; i < n; i++) {
			os::Thread th;
			if (!os::start(th, one_call, &c)) return t.fail("no thread");
			if (!os::join(th, t.ms(20000))) return t.fail("a thread hangs");
		}
		return true;
	};
	NEED(round(200));
	int threads = os::threads();
	long rss = os::rss_kib();
	unsigned mapped = os::mapped_mib();
	NEED(round(1500));
	CHECK(!c.bad, "a call failed");
	CHECK(os::threads() <= threads + 2, "%d threads before, %d after 1500 short ones", threads, os::threads());
	CHECK(t.emulated || os::rss_kib() - rss < 12288, "memory grew by %ld KiB with 1500 short threads", os::rss_kib() - rss);
	CHECK(t.emulated || os::mapped_mib() < mapped + 100, "address space grew by %u MiB with 1500 short threads", os::mapped_mib() - mapped);
	NEED(o.end(t));
}

struct Race {
	Test *t;
	volatile long go, bad;
};

void load_and_call(void *p) {
	auto *r = static_cast<Race *>(p);
	while (r->go == 0) {
	}
	Library l;
	Object o;
	if (!l.open(*r->t, r->t->lib) || !o.create(*r->t, l) || !o.ping() || !o.end(*r->t)) __sync_fetch_and_add(&r->bad, 1);
}

// Sixteen threads load the library and call it, all at once.
void load_race(Test &t) {
	Race r = {&t, 0, 0};
	os::Thread th[16];
	for (auto &x : th) CHECK(os::start(x, load_and_call, &r), "no thread");
	r.go = 1;
	for (auto &x : th) CHECK(os::join(x, t.ms(30000)), "a thread hangs");
	CHECK(r.bad == 0, "%ld of 16 threads failed: %s", r.bad, t.why);
}

} // namespace

Cases life_cases() {
	static const Case cases[] = {
		{"done-twice", kBoth, done_twice, "Done two and three times"},
		{"destroy-without-done", kBoth, destroy_without_done, "DestroyObject and delete without Done, idle and busy"},
		{"after-done", kBoth, after_done, "every call after Done is refused and touches nothing"},
		{"without-init", kBoth, without_init, "calls without Init, Init(NULL)"},
		{"init-twice", kBoth, init_twice, "Init and setMemManager again"},
		{"threads", kBoth, threads, "eight threads live with objects of their own"},
		{"shared-object", kBoth, shared_object, "four threads call one object"},
		{"short-threads", kBoth, short_threads, "1700 host threads call once and end"},
		{"load-race", kBoth, load_race, "sixteen threads load and call at once"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
