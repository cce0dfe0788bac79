// Conformance host for 1C Native API libraries: drives one as the platform
// does, and worse.
//
//   host <lib> --all [options]        every case, each in a process of its own
//   host <lib> --case NAME [options]  one case, here
//   host <lib> --list                 the cases of this system
//   host <lib> --bench --ref LIB      figures as JSON beside the C reference's
//
// Options: --second LIB (copy of lib), --other LIB (another Go library),
// --helper LIB (calls exports while it is being loaded), --slow N (multiplies
// time-outs), --runner "CMD…" (starts the host's processes: an emulator),
// --emulated (memory is not judged: the emulator's is in it), --only PREFIX and --except A,B,C (of --all).
//
// One line per case: "ok NAME", "FAIL NAME: why" or "SKIPPED NAME: why". The
// exit code is 1 when a case failed, 3 when nothing failed but some were
// skipped.
#include "host.hpp"

void format(char *to, size_t n, const char *f, ...) {
	va_list a;
	va_start(a, f);
	vsnprintf(to, n, f, a);
	va_end(a);
	to[n - 1] = 0;
}

bool Test::fail(const char *f, ...) {
	if (failed) return false;
	failed = true;
	va_list a;
	va_start(a, f);
	vsnprintf(why, sizeof why, f, a);
	va_end(a);
	why[sizeof why - 1] = 0;
	return false;
}

bool Test::skip(const char *f, ...) {
	skipped = true;
	va_list a;
	va_start(a, f);
	vsnprintf(why, sizeof why, f, a);
	va_end(a);
	why[sizeof why - 1] = 0;
	return false;
}

namespace {

enum : int { kPassed = 0, kFailed = 1, kUsage = 2, kSkipped = 77, kNotFor = 78 };

struct Options {
	const char *self = nullptr, *lib = nullptr, *one = nullptr, *ref = nullptr, *only = "", *except = "", *runner = "";
	const char *second = nullptr, *other = nullptr, *helper = nullptr, *slow = "1";
	bool emulated = false, list = false, all = false, bench = false;
};

Options given; // to this process

bool parse(int argc, char **argv, Options &o) {
	o.self = argv[0];
	struct {
		const char *name;
		const char **value;
	} with[] = {{"--case", &o.one}, {"--ref", &o.ref}, {"--only", &o.only}, {"--except", &o.except}, {"--runner", &o.runner},
	            {"--second", &o.second}, {"--other", &o.other}, {"--helper", &o.helper}, {"--slow", &o.slow}};
	for (int i = 1; i < argc; i++) {
		bool known = false;
		for (auto &w : with) {
			if (strcmp(argv[i], w.name) != 0) continue;
			if (++i == argc) return false;
			*w.value = argv[i];
			known = true;
			break;
		}
		if (known) continue;
		if (strcmp(argv[i], "--list") == 0)
			o.list = true;
		else if (strcmp(argv[i], "--emulated") == 0)
			o.emulated = true;
		else if (strcmp(argv[i], "--all") == 0)
			o.all = true;
		else if (strcmp(argv[i], "--bench") == 0)
			o.bench = true;
		else if (o.lib == nullptr && argv[i][0] != '-')
			o.lib = argv[i];
		else
			return false;
	}
	return o.lib != nullptr && (o.one != nullptr || o.list || o.all || o.bench);
}

void line(const char *f, ...) __attribute__((format(printf, 1, 2)));
void line(const char *f, ...) {
	char s[900];
	va_list a;
	va_start(a, f);
	vsnprintf(s, sizeof s - 1, f, a);
	va_end(a);
	s[sizeof s - 2] = 0;
	size_t n = strlen(s);
	s[n] = '\n';
	os::out(s, n + 1);
}

bool here(const Case &c) {
	if ((c.where & (os::kWindows ? kWin : kLinux)) == 0) return false;
	if ((c.where & kOnly32) != 0 && !os::kNarrow) return false;
	return (c.where & kOnly64) == 0 || !os::kNarrow;
}

template <class F> void each(F f) {
	Cases all[] = {export_cases(), name_cases(), value_cases(), call_cases(), life_cases(),
	               memory_cases(), event_cases(), company_cases(), guest_cases(), system_cases()};
	for (auto &cs : all)
		for (size_t i = 0; i < cs.n; i++)
			if (here(cs.first[i])) f(cs.first[i]);
}

int run_one(const Options &o) {
	const Case *found = nullptr;
	each([&](const Case &c) {
		if (strcmp(c.name, o.one) == 0) found = &c;
	});
	if (found == nullptr) {
		line("FAIL %s: no such case on this system", o.one);
		return kFailed;
	}
	Test t;
	t.name = o.one;
	t.lib = o.lib;
	t.second = o.second;
	t.other = o.other;
	t.helper = o.helper;
	t.slow = unsigned(atoi(o.slow));
	t.emulated = o.emulated;
	found->run(t);
	if (t.failed) return line("FAIL %s: %s", o.one, t.why), kFailed;
	if (t.skipped) return line("SKIPPED %s: %s", o.one, t.why), kSkipped;
	if (t.not_for) return kNotFor;
	line("ok %s", o.one);
	return kPassed;
}

// Splits the runner's words in place.
size_t words(char *s, const char **to, size_t max) {
	size_t n = 0;
	while (*s != 0 && n < max) {
		while (*s == ' ') s++;
		if (*s == 0) break;
		to[n++] = s;
		while (*s != 0 && *s != ' ') s++;
		if (*s == ' ') *s++ = 0;
	}
	return n;
}

// Is the name one of those between commas?
bool listed(const char *list, const char *name) {
	size_t n = strlen(name);
	for (const char *at = list; (at = strstr(at, name)) != nullptr; at += n)
		if ((at == list || at[-1] == ',') && (at[n] == 0 || at[n] == ',')) return true;
	return false;
}

// Runs a case in a process of its own, with the options of this one.
int spawn_case(const Options &o, const char *name, unsigned timeout_ms) {
	char runner[500];
	format(runner, sizeof runner, "%s", o.runner);
	const char *argv[40];
	size_t n = words(runner, argv, 20);
	argv[n++] = o.self;
	argv[n++] = o.lib;
	argv[n++] = "--slow", argv[n++] = o.slow;
	if (o.runner[0] != 0) argv[n++] = "--runner", argv[n++] = o.runner;
	if (o.second != nullptr) argv[n++] = "--second", argv[n++] = o.second;
	if (o.other != nullptr) argv[n++] = "--other", argv[n++] = o.other;
	if (o.helper != nullptr) argv[n++] = "--helper", argv[n++] = o.helper;
	if (o.emulated) argv[n++] = "--emulated";
	argv[n++] = "--case", argv[n++] = name, argv[n] = nullptr;
	return os::spawn(argv, timeout_ms);
}

int run_all(const Options &o) {
	int passed = 0, failed = 0, skipped = 0;
	each([&](const Case &c) {
		if ((c.where & kAsked) != 0 || strncmp(c.name, o.only, strlen(o.only)) != 0 || listed(o.except, c.name)) return;
		int code = spawn_case(o, c.name, 60000u * unsigned(atoi(o.slow)));
		switch (code) {
		case kPassed: passed++; return;
		case kNotFor: return;
		case kSkipped: skipped++; return;
		case kFailed: break;
		case os::kTimeout: line("FAIL %s: no end, was killed", c.name); break;
		case os::kCannot: line("FAIL %s: cannot start a process", c.name); break;
		default: line(os::kWindows ? "FAIL %s: died with 0x%08x" : "FAIL %s: died with %d (1000 + signal)", c.name, code);
		}
		failed++;
	});
	line("%d passed, %d failed, %d skipped", passed, failed, skipped);
	return failed != 0 ? kFailed : skipped != 0 ? 3 : kPassed;
}

} // namespace

int Test::spawn(const char *other, unsigned timeout_ms) const { return spawn_case(given, other, timeout_ms); }

int main(int argc, char **argv) {
	os::prepare();
	Options &o = given;
	if (!parse(argc, argv, o)) {
		line("usage: host <lib> --all | --case NAME | --list | --bench --ref LIB  [options, see main.cpp]");
		return kUsage;
	}
	int code = kPassed;
	if (o.list)
		each([](const Case &c) { line("%-24s %s", c.name, c.what); });
	else if (o.bench)
		code = bench(o.lib, o.ref);
	else if (o.one != nullptr)
		code = run_one(o);
	else
		code = run_all(o);
	// No destructors of libraries: a case may have left threads in strange states.
	os::quit(code);
}
