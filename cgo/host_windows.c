//go:build cgo

// A guest in a foreign Windows process. The Go runtime behaves as if the
// process were its own: it replaces the filter of unhandled exceptions, the
// error mode and the priority boost, takes half a gigabyte of a 32-bit address
// space, dies where ProcessPrng is missing, and must never be unloaded. The
// entry point of the library runs before Go's constructor and puts each right.
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "object.h"

// The entry point of mingw's C runtime, which runs constructors, Go's too.
BOOL WINAPI DllMainCRTStartup(HINSTANCE, DWORD, LPVOID);

// Named in assembler to be free of the x86 decoration: the linker is told
// `-e NapiEntry`.
BOOL WINAPI NapiEntry(HINSTANCE, DWORD, LPVOID) __asm__("NapiEntry");

static HMODULE self;

// What the host had before Go started.
static struct {
	LPTOP_LEVEL_EXCEPTION_FILTER filter;
	UINT error_mode;
	BOOL no_boost;
} before;

// What Go adds to the error mode (0x8003), unchanged by the host since.
enum { GO_ERROR_MODE = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX };

// Go refuses (by killing the process) a thread with more stack than this.
enum { STACK_LIMIT = 64 << 20 };

#ifdef __i386__
void *napi_guest_reserve(void *at, size_t bytes) { return VirtualAlloc(at, bytes, MEM_RESERVE, PAGE_NOACCESS); }
void napi_guest_release(void *at, size_t bytes) { VirtualFree(at, 0, MEM_RELEASE); }
#endif

// --- loading ----------------------------------------------------------------------------

// can_go_run looks for what Go cannot start without; Windows 7 and 2008 R2
// lack it. The module stays loaded: Go needs it next.
static bool can_go_run(void) {
	HMODULE module = LoadLibraryExW(L"bcryptprimitives.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
	// Windows 7 without KB2533623 does not know the flag.
	if (!module && GetLastError() == ERROR_INVALID_PARAMETER) return false;
	return module && GetProcAddress(module, "ProcessPrng");
}

BOOL WINAPI NapiEntry(HINSTANCE instance, DWORD reason, LPVOID reserved) {
	if (reason == DLL_PROCESS_ATTACH) {
		// LoadLibrary fails with 1114 and the host lives, where Go would throw.
		if (!can_go_run()) return FALSE;
		self = instance;
		before.filter = SetUnhandledExceptionFilter(NULL);
		SetUnhandledExceptionFilter(before.filter);
		before.error_mode = GetErrorMode();
		GetProcessPriorityBoost(GetCurrentProcess(), &before.no_boost);
		// Pinned for ever: FreeLibrary would unmap the code under Go's threads.
		HMODULE pinned;
		GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
		                   (LPCWSTR)(void *)&NapiEntry, &pinned);
		napi_fence();
	}
	return DllMainCRTStartup(instance, reason, reserved);
}

// napi_guest_started runs in the library's Go init, thus also when no method
// is ever called. What the host itself changed meanwhile stays.
void napi_guest_started(void) {
	static _Atomic(bool) once;
	if (atomic_exchange(&once, true)) return;
	napi_unfence();
	LPTOP_LEVEL_EXCEPTION_FILTER now = SetUnhandledExceptionFilter(before.filter);
	HMODULE owner = NULL;
	if (now)
		GetModuleHandleExW(
			GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
			(LPCWSTR)(void *)now, &owner);
	if (owner != self) SetUnhandledExceptionFilter(now);
	if (GetErrorMode() == (before.error_mode | GO_ERROR_MODE)) SetErrorMode(before.error_mode);
	SetProcessPriorityBoost(GetCurrentProcess(), before.no_boost);
}

// --- threads ------------------------------------------------------------------------------

// The bounds that Go itself looks at, taken from the thread's environment
// block: a load each, cheap enough for every call.
// (In assembler, as gcc takes mingw's intrinsics for reads through NULL.)
bool napi_guest_stack_too_big(void) {
	uintptr_t base, lowest; // StackBase, DeallocationStack
#ifdef __i386__
	__asm__("movl %%fs:0x4, %0" : "=r"(base));
	__asm__("movl %%fs:0xE0C, %0" : "=r"(lowest));
#else
	__asm__("movq %%gs:0x8, %0" : "=r"(base));
	__asm__("movq %%gs:0x1478, %0" : "=r"(lowest));
#endif
	return base - lowest > STACK_LIMIT;
}

// --- what only Linux needs ----------------------------------------------------------------

void napi_guest_refresh(void) {}
void napi_guest_thread(void) {}
bool napi_guest_forked(void) { return false; }

// --- the rest -------------------------------------------------------------------------------

void napi_guest_yield(void) { SwitchToThread(); }
void napi_guest_sleep(void) { Sleep(1); }
int64_t napi_guest_clock(void) { return (int64_t)GetTickCount64(); }

uint32_t napi_guest_path(napi_char *path, uint32_t length) {
	DWORD used = GetModuleFileNameW(self, (wchar_t *)path, length);
	return used < length ? used : 0; // cut: no path is better than half of one
}
