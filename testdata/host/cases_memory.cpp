// A memory manager that says no: at the k-th allocation, for every k.
#include "host.hpp"

namespace {

// Carries out one operation with the k-th allocation refused, for k = 1, 2, …
// until one run needs fewer. onwards: all later ones are refused too.
template <class F> bool starve(Test &t, Library &l, const char *what, F operation) {
	for (int onwards = 0; onwards < 2; onwards++) {
		for (long k = 1;; k++) {
			Object o;
			if (!o.create(t, l)) return false;
			if (!o.ping()) return t.fail("a call failed");
			long before = o.memory.given();
			o.memory.fail(k, onwards != 0);
			operation(o);
			o.memory.fail(0);
			long used = o.memory.given() - before;
			if (!o.ping()) return t.fail("%s: a call failed after allocation %ld was refused", what, k);
			if (!o.end(t)) {
				char s[300];
				format(s, sizeof s, "%s with allocation %ld refused: %s", what, k, t.why);
				t.failed = false;
				return t.fail("%s", s);
			}
			if (used < k) break;
			if (k > 200) return t.fail("%s needs more than 200 allocations", what);
		}
	}
	return true;
}

void failing(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	bool probe = l.is_probe();
	NEED(starve(t, l, "RegisterExtensionAs", [](Object &o) {
		Char *s = nullptr;
		if (o.c->RegisterExtensionAs(&s)) o.memory.give_back(s);
	}));
	NEED(starve(t, l, "GetMethodName", [](Object &o) { o.memory.give_back(const_cast<Char *>(o.c->GetMethodName(0, 1))); }));
	NEED(starve(t, l, "GetPropName", [](Object &o) { o.memory.give_back(const_cast<Char *>(o.c->GetPropName(0, 0))); }));
	NEED(starve(t, l, "GetParamDefValue", [](Object &o) {
		for (long m = 0; m < o.c->GetNMethods(); m++)
			for (long p = 0; p < o.c->GetNParams(m); p++) {
				Variant v;
				memset(&v, 0, sizeof v);
				if (o.c->GetParamDefValue(m, p, &v)) clear(o.memory, v);
			}
	}));
	NEED(starve(t, l, "GetPropVal", [](Object &o) {
		Variant v;
		if (o.get(u"Version", v)) clear(o.memory, v);
	}));
	if (!probe) return;
	NEED(starve(t, l, "Echo of a text", [](Object &o) {
		Args a(o.memory);
		a.text(u"эхо");
		o.call(u"Echo", a);
	}));
	NEED(starve(t, l, "Echo of a long text", [](Object &o) {
		Text s;
		for (int i = 0; i < 5000; i++) s.add(u'щ');
		Args a(o.memory);
		a.text(s.data());
		o.call(u"Echo", a);
	}));
	NEED(starve(t, l, "Echo of a blob", [](Object &o) {
		Args a(o.memory);
		a.blob("blob", 4);
		o.call(u"Echo", a);
	}));
	NEED(starve(t, l, "Fail with its out-parameter", [](Object &o) {
		Args a(o.memory);
		a.text(u"почему").text(u"прежнее");
		o.call(u"Fail", a);
	}));
	NEED(starve(t, l, "Join with result and out-parameter", [](Object &o) {
		Args a(o.memory);
		a.text(u"А").empty().empty().empty().empty().text(u"прежнее");
		o.call(u"Join", a);
	}));
}

// Thousands of calls with every kind of memory: the balance is 0 and nothing grows.
void balance(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	NEED_PROBE(l);
	Object o;
	NEED(o.create(t, l));
	auto round = [&](int n) {
		for (int i = 0; i < n; i++) {
			Args a(o.memory), b(o.memory), f(o.memory), j(o.memory);
			a.text(u"текст, который уходит и приходит 😀");
			b.blob("\0\1\2\3", 4);
			f.text(u"почему").text(u"прежнее");
			j.text(u"А").empty().empty().empty().empty().text(u"прежнее");
			if (!o.call(u"Echo", a) || !o.call(u"Echo", b) || !o.call(u"Fail", f) || !o.call(u"Join", j)) return t.fail("a call failed");
		}
		return true;
	};
	NEED(round(3000));
	long rss = os::rss_kib();
	NEED(round(10000));
	CHECK(t.emulated || os::rss_kib() - rss < 12288, "memory grew by %ld KiB in 40000 calls", os::rss_kib() - rss);
	NEED(o.end(t));
}

} // namespace

Cases memory_cases() {
	static const Case cases[] = {
		{"failing-memory", kBoth, failing, "every allocation is refused once: no crash, no leak"},
		{"balance", kBoth, balance, "50000 calls with texts and blobs: the balance is 0"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
