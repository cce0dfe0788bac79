// External events from the threads of the library.
#include "host.hpp"

namespace {

bool ready(Test &t, Library &l, Object &o) {
	if (!l.open(t, t.lib)) return false;
	l.attach();
	if (!l.is_probe()) {
		t.not_for = true;
		return false;
	}
	return o.create(t, l);
}

bool burst(Test &t, Object &o, int events, int threads, bool wait) {
	Args a(o.memory);
	a.i4(events).i4(threads).boolean(wait);
	Variant v;
	memset(&v, 0, sizeof v);
	return (o.call(u"Выпалить", a, &v) && v.vt == kBool && v.b) || t.fail("Burst failed");
}

long after(const Text &s, const Char *key) {
	size_t n = length(key);
	for (size_t i = 0; i + n <= s.size(); i++)
		if (same(s.data() + i, n, key, n)) return parse_decimal(Text(s.data() + i + n));
	return -1;
}

// Every thread's events are there, once, in order.
bool complete(Test &t, Object &o, int events, int threads) {
	if (o.connection.events() != size_t(events)) return t.fail("%zu events of %d", o.connection.events(), events);
	long next[64] = {};
	for (size_t i = 0; i < o.connection.events(); i++) {
		const Event &e = o.connection.event(i);
		if (e.source != o.lib->class_name()) return t.fail("source %s", Shown(e.source).s);
		if (e.name != Text(u"Выстрел")) return t.fail("name %s", Shown(e.name).s);
		if (!e.data.has(u"Ёж 😀")) return t.fail("data %s", Shown(e.data).s);
		if (e.thread == os::thread_id()) return t.fail("an event on the host's own thread");
		long thread = after(e.data, u"\"thread\":"), n = after(e.data, u"\"n\":");
		if (thread < 0 || thread >= threads) return t.fail("data %s", Shown(e.data).s);
		if (n != next[thread]) return t.fail("event %ld of thread %ld came as %ld", n, thread, next[thread]);
		next[thread]++;
	}
	return true;
}

void events(Test &t) {
	Library l;
	Object o;
	NEED(ready(t, l, o));
	NEED(burst(t, o, 4000, 4, false));
	CHECK(o.connection.wait_events(4000, t.ms(20000)), "%zu events of 4000 came", o.connection.events());
	NEED(complete(t, o, 4000, 4));
	NEED(o.end(t));
}

void queue_full(Test &t) {
	Library l;
	Object o;
	NEED(ready(t, l, o));
	o.connection.refuse = 25;
	NEED(burst(t, o, 300, 1, false));
	CHECK(o.connection.wait_events(300, t.ms(30000)), "%zu events of 300 came after 25 refusals", o.connection.events());
	CHECK(o.connection.refused == 25, "%ld refusals", o.connection.refused);
	NEED(complete(t, o, 300, 1));
	// Refusals in the middle, several threads.
	o.connection.forget();
	o.connection.refuse = 40;
	NEED(burst(t, o, 400, 4, false));
	CHECK(o.connection.wait_events(400, t.ms(30000)), "%zu events of 400 came", o.connection.events());
	NEED(complete(t, o, 400, 4));
	NEED(o.end(t));
}

void after_done(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	NEED_PROBE(l);
	for (int i = 0; i < 20; i++) {
		Object o;
		NEED(o.create(t, l));
		if (i % 2 == 1) o.connection.refuse = -1; // refuse for ever
		NEED(burst(t, o, 1000000, 4, false));
		os::sleep_ms(unsigned(i) * 2);
		uint64_t from = os::now_ns();
		o.done();
		unsigned took = os::ms_since(from);
		CHECK(took < t.ms(2500), "Done took %u ms", took);
		size_t n = o.connection.events();
		os::sleep_ms(20);
		CHECK(o.connection.events() == n, "events after Done");
		if (i % 3 == 0) o.c->Done();
		NEED(o.end(t, i % 2 == 0 ? kDestroyObject : kDelete));
	}
}

struct Gate {
	volatile bool inside, open;
};

void wait_at(void *p) {
	auto *g = static_cast<Gate *>(p);
	g->inside = true;
	while (!g->open) os::sleep_ms(1);
}

// ExternalEvent that waits for the platform's main thread, while that waits in
// Done: Done must end by itself, and nothing may follow the stuck event.
void stuck_event(Test &t) {
	Library l;
	Object o;
	NEED(ready(t, l, o));
	Gate g = {false, false};
	o.connection.hook = wait_at;
	o.connection.hook_arg = &g;
	NEED(burst(t, o, 100, 2, false));
	for (int i = 0; i < 5000 && !g.inside; i++) os::sleep_ms(1);
	CHECK(g.inside, "no event came");
	uint64_t from = os::now_ns();
	o.connection.calling(true);
	o.c->Done();
	o.connection.calling(false);
	unsigned took = os::ms_since(from);
	CHECK(took < t.ms(4000), "Done took %u ms while an event was stuck", took);
	CHECK(l.DestroyObject(&o.c) == 0, "DestroyObject failed");
	g.open = true; // the stuck one may still end; it was not refused by the library
	os::sleep_ms(t.ms(300));
	CHECK(o.connection.events() <= 1, "%zu events after Done", o.connection.events());
	CHECK(o.memory.trouble()[0] == 0, "%s", o.memory.trouble());
	Object again;
	NEED(again.create(t, l));
	CHECK(again.ping(), "a call failed afterwards");
	NEED(again.end(t));
}

// The platform's form calls a method of the object from the event handler.
struct Inside {
	Object *o;
	volatile long calls, bad;
};

void call_back(void *p) {
	auto *in = static_cast<Inside *>(p);
	if (!in->o->ping()) in->bad = in->bad + 1;
	in->calls = in->calls + 1;
}

void call_from_event(Test &t) {
	Library l;
	Object o;
	NEED(ready(t, l, o));
	Inside in = {&o, 0, 0};
	o.connection.hook = call_back;
	o.connection.hook_arg = &in;
	NEED(burst(t, o, 500, 1, false));
	CHECK(o.connection.wait_events(500, t.ms(20000)), "%zu events of 500 came", o.connection.events());
	CHECK(in.calls == 500 && in.bad == 0, "%ld of %ld calls from an event failed", in.bad, in.calls);
	o.connection.hook = nullptr;
	NEED(o.end(t));
}

// Wait = Истина: the method returns when all were taken, from other threads.
void waiting_call(Test &t) {
	Library l;
	Object o;
	NEED(ready(t, l, o));
	NEED(burst(t, o, 500, 4, true));
	NEED(complete(t, o, 500, 4));
	NEED(o.end(t));
}

// Many objects send at once; each gets its own.
void many_senders(Test &t) {
	Library l;
	Object o[8];
	NEED(l.open(t, t.lib));
	l.attach();
	NEED_PROBE(l);
	for (auto &x : o) {
		NEED(x.create(t, l));
		NEED(burst(t, x, 500, 2, false));
	}
	for (auto &x : o) {
		CHECK(x.connection.wait_events(500, t.ms(20000)), "%zu events of 500 came", x.connection.events());
		NEED(complete(t, x, 500, 2));
	}
	for (auto &x : o) NEED(x.end(t));
}

} // namespace

Cases event_cases() {
	static const Case cases[] = {
		{"events", kBoth, events, "4000 events from 4 threads: UTF-16, order, one at a time"},
		{"queue-full", kBoth, queue_full, "refused events are offered again, in order, none is lost"},
		{"events-after-done", kBoth, after_done, "Done under fire: quick, and no event after it"},
		{"stuck-event", kBoth, stuck_event, "an event that waits for the thread that waits in Done"},
		{"call-from-event", kBoth, call_from_event, "methods called from inside ExternalEvent"},
		{"waiting-call", kBoth, waiting_call, "a method that waits for its events"},
		{"many-senders", kBoth, many_senders, "eight objects send at once"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
