// The five exports and the life of objects nobody uses.
#include "host.hpp"

static void exports(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	const Char *first = l.GetClassNames();
	CHECK(first != nullptr && first[0] != 0, "GetClassNames gave nothing");
	CHECK(l.GetClassNames() == first, "GetClassNames gave another pointer the second time: who frees it?");
	for (const Char *c = first; *c != 0; c++)
		CHECK((*c | 32) >= u'a' ? (*c | 32) <= u'z' : *c == u'|' || (*c >= u'0' && *c <= u'9'), "class names are not plain Latin: %s", Shown(first).s);
	CHECK(l.GetAttachType() == 3, "GetAttachType gave %d, not 3 (any)", l.GetAttachType());
	// The answer is what the library understands, never what was asked.
	for (int32_t level : {-1, 0, 1, 2, 3, 4, 1000}) {
		int32_t got = l.SetPlatformCapabilities(level);
		CHECK(got == 3, "SetPlatformCapabilities(%d) gave %d, not 3", level, got);
	}
}

static void unknown_class(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Text name = l.class_name(), shorter(name.data(), name.size() - 1), longer = name, small(name);
	longer.add(u'X');
	for (size_t i = 0; i < small.size(); i++) small.data()[i] = lower(small.data()[i]);
	const Char *wrong[] = {u"", u"Нет", shorter.data(), longer.data(), u"|", nullptr};
	for (const Char *w : wrong) {
		Component *c = nullptr;
		long rc = l.GetClassObject(w, &c);
		CHECK(rc == 0 && c == nullptr, "GetClassObject(%s) gave %ld", w == nullptr ? "NULL" : Shown(w).s, rc);
	}
	CHECK(l.GetClassObject(name.data(), nullptr) == 0, "GetClassObject(…, NULL) succeeded");
	Component *c = nullptr;
	CHECK(l.GetClassObject(name.data(), &c) != 0, "GetClassObject failed");
	Component *was = c;
	CHECK(l.GetClassObject(name.data(), &c) == 0 && c == was, "GetClassObject overwrote a pointer that was not NULL");
	CHECK(l.DestroyObject(&c) == 0 && c == nullptr, "DestroyObject failed or left the pointer");
	CHECK(l.DestroyObject(&c) != 0, "DestroyObject of NULL succeeded");
	CHECK(l.DestroyObject(nullptr) != 0, "DestroyObject(NULL) succeeded");
}

static void lifecycle(Test &t, Order order, Ending ending) {
	Library l;
	NEED(l.open(t, t.lib));
	if (order == kPlatform) l.attach();
	for (int i = 0; i < 3; i++) {
		Object o;
		NEED(o.create(t, l, order));
		CHECK(order == kOneScript || o.connection.GetEventBufferDepth() >= 100, "Init left the event queue at depth %ld",
		      o.connection.GetEventBufferDepth());
		CHECK(o.ping(), "a call failed");
		NEED(o.end(t, ending));
	}
}

static void platform_order(Test &t) { lifecycle(t, kPlatform, kDestroyObject); }
static void onescript_order(Test &t) { lifecycle(t, kOneScript, kDelete); }
static void platform_delete(Test &t) { lifecycle(t, kPlatform, kDelete); }
static void onescript_destroy(Test &t) { lifecycle(t, kOneScript, kDestroyObject); }

// Go starts on threads of its own, late on a busy machine: their number once it
// has stood still for a second.
static int settled_threads(Test &t) {
	int n = os::threads();
	uint64_t end = os::now_ns() + t.ms(10000) * 1000000ull;
	for (int still = 0; still < 10 && os::now_ns() < end; still++) {
		os::sleep_ms(100);
		int now = os::threads();
		if (now != n) still = 0;
		n = now;
	}
	return n;
}

// Objects that the platform makes to learn names: no threads, no memory, no Go half.
static void probe_objects(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Text name = l.class_name();
	auto round = [&](int n) {
		for (int i = 0; i < n; i++) {
			Memory memory;
			Component *c = nullptr;
			if (l.GetClassObject(name.data(), &c) == 0) return t.fail("object %d was refused", i);
			c->setMemManager(static_cast<MemoryManager *>(&memory));
			Char *ext = nullptr;
			if (!c->RegisterExtensionAs(&ext)) return t.fail("RegisterExtensionAs failed without Init");
			memory.give_back(ext);
			if (c->GetNMethods() <= 0) return t.fail("GetNMethods gave %ld", c->GetNMethods());
			if (i % 2 == 0) {
				if (l.DestroyObject(&c) != 0) return t.fail("DestroyObject failed");
			} else {
				delete c;
			}
			if (memory.outstanding() != 0) return t.fail("memory left");
		}
		return true;
	};
	NEED(round(500));
	int threads = settled_threads(t);
	long rss = os::rss_kib();
	NEED(round(20000));
	os::sleep_ms(50);
	CHECK(os::threads() <= threads, "%d threads before, %d after 20000 objects", threads, os::threads());
	CHECK(t.emulated || os::rss_kib() - rss < 4096, "memory grew by %ld KiB with 20000 objects", os::rss_kib() - rss);
}

// Objects that are used: everything is given back, also inside Go.
static void used_objects(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	auto round = [&](int n) {
		for (int i = 0; i < n; i++) {
			Object o;
			if (!o.create(t, l, i % 2 == 0 ? kPlatform : kOneScript)) return false;
			if (!o.ping()) return t.fail("a call on object %d failed", i);
			if (!o.end(t, i % 3 == 0 ? kDelete : kDestroyObject)) return false;
		}
		return true;
	};
	NEED(round(1000));
	int threads = os::threads();
	long rss = os::rss_kib();
	NEED(round(12000));
	CHECK(os::threads() <= threads + 3, "%d threads before, %d after 12000 used objects", threads, os::threads());
	CHECK(t.emulated || os::rss_kib() - rss < 12288, "memory grew by %ld KiB with 12000 used objects", os::rss_kib() - rss);
	if (os::env("HOST_VERBOSE") != nullptr) {
		char say[80];
		format(say, sizeof say, "used objects: memory grew by %ld KiB\n", os::rss_kib() - rss);
		os::note(say, strlen(say));
	}
	Object o;
	NEED(o.create(t, l));
	if (o.method(u"Counts") < 0) return;
	Args none(o.memory);
	Variant v;
	memset(&v, 0, sizeof v);
	CHECK(o.call(u"Counts", none, &v) && v.vt == kPwstr, "Counts failed");
	Text json(v.text.p, v.text.n);
	clear(o.memory, v);
	CHECK(json.has(u"\"objects\":1,"), "Go still knows dead objects: %s", Shown(json).s);
	NEED(o.end(t));
}

Cases export_cases() {
	static const Case cases[] = {
		{"exports", kBoth, exports, "the five exports and their answers"},
		{"unknown-class", kBoth, unknown_class, "GetClassObject and DestroyObject with wrong arguments"},
		{"platform", kBoth, platform_order, "order of the platform, DestroyObject"},
		{"onescript", kBoth, onescript_order, "order of OneScript, delete"},
		{"platform-delete", kBoth, platform_delete, "order of the platform, delete"},
		{"onescript-destroy", kBoth, onescript_destroy, "order of OneScript, DestroyObject"},
		{"probe-objects", kBoth, probe_objects, "20000 objects made and destroyed unused cost nothing"},
		{"used-objects", kBoth, used_objects, "13000 objects used and ended leave nothing"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
