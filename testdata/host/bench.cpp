// Figures of a library beside the plain C reference in the same process, in
// turns, so that the noise of the machine hits both. JSON on standard output.
#include "host.hpp"

namespace {

struct Subject {
	const char *path;
	Library l;
	Object o;
	double load_ms = 0, first_ms = 0; // loading; first object and call
	int threads = 0;
	long rss_kib = 0;
	long echo = 0, nop = 0;
};

bool start(Test &t, Subject &s) {
	int threads = os::threads();
	long rss = os::rss_kib();
	uint64_t from = os::now_ns();
	if (!s.l.open(t, s.path)) return false;
	s.l.attach();
	uint64_t loaded = os::now_ns();
	if (!s.o.create(t, s.l)) return false;
	if (!s.o.ping()) return t.fail("a call failed");
	uint64_t called = os::now_ns();
	s.load_ms = double(loaded - from) / 1e6;
	s.first_ms = double(called - loaded) / 1e6;
	os::sleep_ms(300);
	s.threads = os::threads() - threads;
	s.rss_kib = os::rss_kib() - rss;
	s.nop = s.o.method(u"Nop");
	s.echo = s.o.method(u"Echo");
	return true;
}

double nop(Subject &s, long n) {
	uint64_t from = os::now_ns();
	for (long i = 0; i < n; i++) s.o.c->CallAsProc(s.nop, nullptr, 0);
	return double(os::now_ns() - from) / double(n);
}

double echo(Subject &s, long n) {
	Args a(s.o.memory);
	a.text(u"+7 (495) 123-45");
	MemoryManager *m = static_cast<MemoryManager *>(&s.o.memory);
	Variant v;
	memset(&v, 0, sizeof v);
	uint64_t from = os::now_ns();
	for (long i = 0; i < n; i++) {
		s.o.c->CallAsFunc(s.echo, &v, a.data(), 1);
		void *p = v.text.p;
		m->FreeMemory(&p);
	}
	return double(os::now_ns() - from) / double(n);
}

double find(Subject &s, long n) {
	const Char *names[] = {u"Порождено", u"burst", u"ЭХО", u"Нет такого"};
	volatile long sum = 0;
	uint64_t from = os::now_ns();
	for (long i = 0; i < n; i++) sum = sum + s.o.c->FindMethod(names[i & 3]);
	return double(os::now_ns() - from) / double(n);
}

double params(Subject &s, long n) {
	volatile long sum = 0;
	uint64_t from = os::now_ns();
	for (long i = 0; i < n; i++) sum = sum + s.o.c->GetNParams(i & 7);
	return double(os::now_ns() - from) / double(n);
}

// The host only counts: what is measured is the library's making and copying
// of three strings and the call.
double event(Subject &s, long n) {
	s.o.connection.count_only = true;
	s.o.connection.counted = 0;
	Args a(s.o.memory);
	a.i4(int32_t(n)).i4(1).boolean(false);
	s.o.call(u"Burst", a);
	s.o.connection.wait_events(size_t(n), 60000);
	return double(s.o.connection.last_ns - s.o.connection.first_ns) / double(n - 1);
}

// The median of five rounds, the two in turns.
template <class F> void turns(Subject *s, double *to, F f, long n) {
	double v[2][5];
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 2; k++) v[k][i] = f(s[k], n);
	for (int k = 0; k < 2; k++) {
		for (int i = 1; i < 5; i++)
			for (int j = i; j > 0 && v[k][j] < v[k][j - 1]; j--) {
				double x = v[k][j];
				v[k][j] = v[k][j - 1], v[k][j - 1] = x;
			}
		to[k] = v[k][2];
	}
}

} // namespace

int bench(const char *lib, const char *reference) {
	Test t;
	auto *s = new Subject[2];
	s[0].path = lib;
	s[1].path = reference != nullptr ? reference : lib;
	char line[1500];
	if (!start(t, s[0]) || !start(t, s[1]) || s[0].nop < 0 || s[1].nop < 0) {
		format(line, sizeof line, "{\"error\":\"%s\"}\n", t.failed ? t.why : "not a probe");
		os::out(line, strlen(line));
		return 1;
	}
	// So many that a round takes 20–200 ms, also where a call into Go is slow.
	double one = nop(s[0], 200);
	long calls = one > 5000 ? 2000 : 300000;
	double v[5][2];
	turns(s, v[0], nop, calls);
	turns(s, v[1], echo, calls / 2);
	turns(s, v[2], find, 2000000);
	turns(s, v[3], params, 5000000);
	turns(s, v[4], event, 50000);
	size_t at = 0;
	line[at++] = '{';
	const char *who[] = {"library", "reference"};
	for (int k = 0; k < 2; k++) {
		format(line + at, sizeof line - at,
		       "%s\"%s\":{\"nop_ns\":%.1f,\"echo15_ns\":%.1f,\"find_method_ns\":%.2f,\"get_n_params_ns\":%.2f,\"event_ns\":%.1f,"
		       "\"load_ms\":%.2f,\"first_call_ms\":%.2f,\"threads\":%d,\"rss_kib\":%ld}",
		       k == 0 ? "" : ",", who[k], v[0][k], v[1][k], v[2][k], v[3][k], v[4][k], s[k].load_ms, s[k].first_ms, s[k].threads, s[k].rss_kib);
		at = strlen(line);
	}
	line[at++] = '}';
	line[at++] = '\n';
	os::out(line, at);
	return 0;
}
