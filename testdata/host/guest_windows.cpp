// What Go does to a Windows process, and whether the library puts it right.
#include "host.hpp"
#include "windows/win32.hpp"

namespace {

// W2: no ProcessPrng (Windows 7). Loading must fail with 1114, the host lives.
void soft_refusal(Test &t) {
	char why[300];
	for (int i = 0; i < 3; i++) {
		void *h = os::load(t.lib, why, sizeof why);
		CHECK(h == nullptr, "the library loaded where Go cannot run");
		CHECK(os::load_error() == 1114, "LoadLibrary failed with %u, not 1114", os::load_error());
		CHECK(!os::is_loaded(t.lib), "the refused library stayed");
	}
	os::sleep_ms(300);
	CHECK(throw_cpp(300) == 300, "C++ exceptions were lost after a refusal");
	CHECK(throw_system(300) == 300, "structured exceptions were lost after a refusal");
}

long __stdcall my_filter(ExceptionPointers *) {
	const char s[] = "ok W3-fires\n";
	os::out(s, sizeof s - 1);
	os::quit(0);
}

Filter current() {
	Filter f = SetUnhandledExceptionFilter(nullptr);
	SetUnhandledExceptionFilter(f);
	return f;
}

template <class F> bool within(unsigned ms, F f) {
	for (uint64_t end = os::now_ns() + ms * 1000000ull; os::now_ns() < end; os::sleep_ms(5))
		if (f()) return true;
	return f();
}

// Without a single call into the library's methods: an add-in that was only
// probed must leave no trace.
void filter(Test &t) {
	SetUnhandledExceptionFilter(my_filter);
	Library l;
	NEED(l.open(t, t.lib));
	os::sleep_ms(700); // Go starts on a thread of its own
	CHECK(within(t.ms(5000), [] { return current() == my_filter; }), "the host's filter of exceptions is gone after loading");
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	os::sleep_ms(50);
	CHECK(current() == my_filter, "the host's filter of exceptions is gone after a call");
	NEED(o.end(t));
	CHECK(current() == my_filter, "the host's filter of exceptions is gone after Done");
}

// The filter is really called for a fault nobody catches, with Go busy.
void filter_fires(Test &t) {
	SetUnhandledExceptionFilter(my_filter);
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object *o = new Object;
	NEED(o->create(t, l));
	CHECK(o->ping(), "a call failed");
	if (l.is_probe()) {
		Args a(o->memory);
		a.i4(2).i4(3000);
		CHECK(o->call(u"Busy", a), "Busy failed");
	}
	os::sleep_ms(100);
	os::crash();
}

bool state_kept(Test &t, unsigned mode, BOOL boost_off) {
	SetErrorMode(mode);
	SetProcessPriorityBoost(GetCurrentProcess(), boost_off);
	mode = GetErrorMode(); // what the system made of it: wine always answers 0 for the boost
	GetProcessPriorityBoost(GetCurrentProcess(), &boost_off);
	auto same_state = [&] {
		BOOL off = -1;
		GetProcessPriorityBoost(GetCurrentProcess(), &off);
		return GetErrorMode() == mode && off == boost_off;
	};
	Library l;
	if (!l.open(t, t.lib)) return false;
	os::sleep_ms(700); // Go starts on a thread of its own
	bool ok = within(t.ms(5000), same_state);
	BOOL off = -1;
	GetProcessPriorityBoost(GetCurrentProcess(), &off);
	if (!ok) return t.fail("after loading: error mode %#x, was %#x; priority boost off %d, was %d", GetErrorMode(), mode, off, boost_off);
	l.attach();
	Object o;
	if (!o.create(t, l)) return false;
	if (!o.ping()) return t.fail("a call failed");
	if (!o.end(t)) return false;
	os::sleep_ms(50);
	return same_state() || t.fail("after a call: error mode %#x, was %#x", GetErrorMode(), mode);
}

void state_default(Test &t) { state_kept(t, 0, 0); }
void state_set(Test &t) { state_kept(t, 0x8001, 1); }

// W8: Go falls back to another slot when all 64 early ones are taken.
void tls_exhausted(Test &t) {
	DWORD slot = 0;
	for (int i = 0; i < 200 && slot < 64; i++) slot = TlsAlloc();
	CHECK(slot >= 64 && slot != DWORD(-1), "cannot exhaust the early slots");
	Library l, second;
	NEED(l.open(t, t.lib));
	l.attach();
	if (t.second != nullptr) {
		NEED(second.open(t, t.second));
		second.attach();
	}
	for (Library *x : {&l, t.second != nullptr ? &second : &l}) {
		Object o;
		NEED(o.create(t, *x));
		if (x->is_probe()) {
			Args busy(o.memory), burst(o.memory);
			busy.i4(2).i4(300);
			burst.i4(500).i4(4).boolean(false);
			CHECK(o.call(u"Busy", busy) && o.call(u"Burst", burst), "Busy or Burst failed");
			CHECK(o.connection.wait_events(500, t.ms(20000)), "%zu events of 500 came", o.connection.events());
			for (int i = 0; i < 50 && o.method(u"NilDeref") >= 0; i++) {
				Args none(o.memory);
				o.call(u"NilDeref", none);
			}
		}
		for (int i = 0; i < 200; i++) CHECK(o.ping(), "a call failed");
		CHECK(throw_cpp(100) == 100 && throw_system(99) == 99, "exceptions were lost");
		NEED(o.end(t));
	}
}

} // namespace

Cases system_cases() {
	static const Case cases[] = {
		{"W2", kWin | kAsked, soft_refusal, "without ProcessPrng: error 1114 and the host lives"},
		{"W3", kWin, filter, "the filter of unhandled exceptions stays the host's"},
		{"W3-fires", kWin, filter_fires, "and is called"},
		{"W4", kWin, state_default, "error mode and priority boost are restored"},
		{"W4-set", kWin, state_set, "the same when the host changed them"},
		{"W8", kWin, tls_exhausted, "no early TLS slot is left"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
