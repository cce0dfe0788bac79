#if defined(_WIN32)
#include "os.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

void os_mutex_init(os_mutex *m) { InitializeCriticalSection(m); }
void os_lock(os_mutex *m) { EnterCriticalSection(m); }
void os_unlock(os_mutex *m) { LeaveCriticalSection(m); }
void os_cond_init(os_cond *c) { InitializeConditionVariable(c); }
void os_wait(os_cond *c, os_mutex *m) { SleepConditionVariableCS(c, m, INFINITE); }
void os_wake(os_cond *c) { WakeAllConditionVariable(c); }

struct start {
	void (*fn)(void *);
	void *arg;
};

static DWORD WINAPI trampoline(void *p)
{
	struct start s = *(struct start *)p;
	free(p);
	s.fn(s.arg);
	return 0;
}

bool os_thread(void (*fn)(void *), void *arg)
{
	struct start *s = xmalloc(sizeof *s);
	*s = (struct start){fn, arg};
	HANDLE t = CreateThread(NULL, 0, trampoline, s, 0, NULL);
	if (t == NULL) {
		free(s);
		return false;
	}
	CloseHandle(t);
	return true;
}

uintptr_t os_thread_id(void) { return GetCurrentThreadId(); }

int64_t os_now_ns(void)
{
	// The precise clock exists since Windows 8; the coarse one (about 15 ms)
	// serves where the soft refusal on Windows 7 is tested.
	typedef void(WINAPI * clock_fn)(FILETIME *);
	static clock_fn now;
	if (now == NULL) {
		HMODULE k = GetModuleHandleW(L"kernel32.dll");
		clock_fn precise = (clock_fn)(void *)GetProcAddress(k, "GetSystemTimePreciseAsFileTime");
		now = precise != NULL ? precise : GetSystemTimeAsFileTime;
	}
	FILETIME ft;
	now(&ft);
	// 100 ns ticks since 1601; 11644473600 s lie between 1601 and 1970.
	int64_t ticks = (int64_t)ft.dwHighDateTime << 32 | ft.dwLowDateTime;
	return (ticks - 116444736000000000) * 100;
}

void *os_load(const wch *path, long *code, char *text, size_t size)
{
	HMODULE m = LoadLibraryW((const wchar_t *)path);
	if (m == NULL) {
		*code = (long)GetLastError();
		snprintf(text, size, "LoadLibrary failed, system error %ld", *code);
	}
	return m;
}

void *os_symbol(void *library, const char *name)
{
	return (void *)GetProcAddress(library, name);
}

void os_binary_stdio(void)
{
	_setmode(_fileno(stdin), _O_BINARY);
	_setmode(_fileno(stdout), _O_BINARY);
}

const char *os_name(void) { return "windows"; }

const char *os_arch(void)
{
#if defined(_WIN64)
	return "amd64";
#else
	return "386";
#endif
}
#endif
