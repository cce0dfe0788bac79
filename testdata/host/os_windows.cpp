#include "host.hpp"
#include "windows/win32.hpp"

namespace os {

static void write_all(DWORD which, const char *s, size_t n) {
	DWORD w;
	WriteFile(GetStdHandle(which), s, DWORD(n), &w, nullptr);
}
void out(const char *s, size_t n) { write_all(DWORD(-11), s, n); }
void note(const char *s, size_t n) { write_all(DWORD(-12), s, n); }
void quit(int code) {
	// Not ExitProcess: a DLL in a strange state could hang it.
	TerminateProcess(GetCurrentProcess(), unsigned(code));
	for (;;) {
	}
}
void crash() {
	*reinterpret_cast<volatile int *>(8) = 1;
	quit(99);
}

uint64_t now_ns() {
	static int64_t frequency;
	int64_t n;
	if (frequency == 0) QueryPerformanceFrequency(&frequency);
	QueryPerformanceCounter(&n);
	return uint64_t(double(n) * 1e9 / double(frequency));
}
void sleep_ms(unsigned ms) { Sleep(ms); }
unsigned thread_id() { return unsigned(GetCurrentThreadId()); }

namespace {
struct Wide {
	WCHAR s[1200];
	explicit Wide(const char *utf8) { s[MultiByteToWideChar(65001, 0, utf8, -1, s, 1200) > 0 ? 1199 : 0] = 0; }
};
unsigned last_load_error;
} // namespace

void *load(const char *path, char *why, size_t n) {
	HANDLE h = LoadLibraryW(Wide(path).s);
	if (h == nullptr) {
		last_load_error = unsigned(GetLastError());
		format(why, n, "error %u", last_load_error);
	}
	return h;
}
unsigned load_error() { return last_load_error; }
void *symbol(void *lib, const char *name) { return GetProcAddress(lib, name); }
bool unload(void *lib) { return FreeLibrary(lib) != 0; }
bool is_loaded(const char *path) { return GetModuleHandleW(Wide(path).s) != nullptr; }

namespace {
struct Start {
	void (*fn)(void *);
	void *arg;
	HANDLE thread;
};
DWORD __stdcall begin(void *p) {
	auto *s = static_cast<Start *>(p);
	s->fn(s->arg);
	return 0;
}
} // namespace

bool start(Thread &t, void (*fn)(void *), void *arg, size_t stack) {
	auto *s = new Start{fn, arg, nullptr};
	t.handle = s;
	// 0x10000: the size is what is reserved.
	s->thread = CreateThread(nullptr, stack, begin, s, 0x10000, nullptr);
	return s->thread != nullptr;
}

bool join(Thread &t, unsigned ms) {
	auto *s = static_cast<Start *>(t.handle);
	if (WaitForSingleObject(s->thread, ms) != 0) return false;
	CloseHandle(s->thread);
	delete s;
	t.handle = nullptr;
	return true;
}

void Mutex::lock() { AcquireSRWLockExclusive(word_); }
void Mutex::unlock() { ReleaseSRWLockExclusive(word_); }

int threads() {
	HANDLE snap = CreateToolhelp32Snapshot(4, 0);
	ThreadEntry e;
	e.size = sizeof e;
	int n = 0;
	for (BOOL ok = Thread32First(snap, &e); ok; ok = Thread32Next(snap, &e)) n += e.pid == GetCurrentProcessId();
	CloseHandle(snap);
	return n;
}

long rss_kib() {
	MemoryCounters c;
	c.cb = sizeof c;
	return K32GetProcessMemoryInfo(GetCurrentProcess(), &c, sizeof c) ? long(c.resident / 1024) : -1;
}

// On x86 wine calls everything reserved that lies outside of its own areas, so
// only differences mean anything.
unsigned mapped_mib() {
	SystemInfo si;
	GetSystemInfo(&si);
	MemoryBasicInformation m;
	uint64_t used = 0;
	for (char *p = static_cast<char *>(si.lowest); p < si.highest && VirtualQuery(p, &m, sizeof m) != 0; p = static_cast<char *>(m.base) + m.size)
		if (m.state != kMemFree) used += m.size;
	return unsigned(used >> 20);
}

void *reserve(size_t n) { return VirtualAlloc(nullptr, n, kMemReserve, 1); }
void release(void *p, size_t) { VirtualFree(p, 0, kMemRelease); }

Guarded::Guarded(const void *from, size_t n) {
	const size_t page = 4096;
	size = (n + page - 1) / page * page + page;
	base = VirtualAlloc(nullptr, size, kMemReserve | kMemCommit, 4);
	data = static_cast<char *>(base) + size - page - n;
	if (n != 0) memcpy(data, from, n);
	DWORD was;
	VirtualProtect(static_cast<char *>(base) + size - page, page, 1, &was);
}
Guarded::~Guarded() { VirtualFree(base, 0, kMemRelease); }

int spawn(const char *const *argv, unsigned timeout_ms) {
	// No argument of ours has quotes or ends in a backslash.
	static char narrow[1100];
	size_t o = 0;
	for (; *argv != nullptr && o < sizeof narrow - 300; argv++) {
		format(narrow + o, sizeof narrow - o, "\"%s\" ", *argv);
		o += strlen(narrow + o);
	}
	Wide line(narrow);
	StartupInfo si;
	ProcessInformation pi;
	memset(&si, 0, sizeof si);
	si.cb = sizeof si;
	if (!CreateProcessW(nullptr, line.s, nullptr, nullptr, 1, 0, nullptr, nullptr, &si, &pi)) return kCannot;
	DWORD code = 0;
	bool over = WaitForSingleObject(pi.process, timeout_ms) == 0;
	if (over) {
		GetExitCodeProcess(pi.process, &code);
	} else {
		TerminateProcess(pi.process, 99);
		WaitForSingleObject(pi.process, 5000);
	}
	CloseHandle(pi.thread);
	CloseHandle(pi.process);
	return over ? int(code) : kTimeout;
}

long read_file(const char *path, char *to, size_t n) {
	HANDLE h = CreateFileW(Wide(path).s, kGenericRead, kShareAll, nullptr, kOpenExisting, 0, nullptr);
	if (h == kInvalidHandle) return -1;
	DWORD all = 0, got = 0;
	while (all < n && ReadFile(h, to + all, DWORD(n - all), &got, nullptr) && got > 0) all += got;
	CloseHandle(h);
	return long(all);
}
void remove_file(const char *path) { DeleteFileW(Wide(path).s); }

const char *env(const char *name) {
	static char value[600];
	return GetEnvironmentVariableA(name, value, sizeof value) != 0 ? value : nullptr;
}

void set_env(const char *name, const char *value) { SetEnvironmentVariableW(Wide(name).s, Wide(value).s); }
void prepare() {}

size_t environment(char *to, size_t n) {
	WCHAR *all = GetEnvironmentStringsW();
	size_t o = 0;
	for (const WCHAR *e = all; *e != 0; e++)
		for (; *e != 0; e++)
			if (o + 2 < n) to[o++] = char(*e), to[o++] = char(*e >> 8);
	FreeEnvironmentStringsW(all);
	return o;
}

static HANDLE saved[2], pipe_read, pipe_write;
bool capture_begin() {
	if (!CreatePipe(&pipe_read, &pipe_write, nullptr, 1 << 16)) return false;
	for (int i = 0; i < 2; i++) {
		saved[i] = GetStdHandle(DWORD(-11 - i));
		SetStdHandle(DWORD(-11 - i), pipe_write);
	}
	return true;
}
size_t capture_end(char *to, size_t n) {
	for (int i = 0; i < 2; i++) SetStdHandle(DWORD(-11 - i), saved[i]);
	DWORD there = 0, got = 0;
	PeekNamedPipe(pipe_read, nullptr, 0, nullptr, &there, nullptr);
	if (there > 0) ReadFile(pipe_read, to, DWORD(n - 1), &got, nullptr);
	CloseHandle(pipe_read);
	CloseHandle(pipe_write);
	to[got] = 0;
	return got;
}

} // namespace os

