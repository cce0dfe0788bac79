// The part of Win32 the host calls, declared here: no SDK is needed to build.
#pragma once
#include <stddef.h>
#include <stdint.h>

using BOOL = int;
using DWORD = unsigned long;
using HANDLE = void *;
using WCHAR = wchar_t;

struct ExceptionRecord {
	DWORD code, flags;
	ExceptionRecord *next;
	void *address;
	DWORD parameters;
	uintptr_t info[15];
};
struct ExceptionPointers {
	ExceptionRecord *record;
	void *context;
};
using Filter = long(__stdcall *)(ExceptionPointers *);

struct MemoryBasicInformation {
	void *base, *allocation;
	DWORD protect_at_start;
#ifdef _WIN64
	unsigned short partition, pad;
#endif
	size_t size;
	DWORD state, protect, type;
};
struct SystemInfo {
	DWORD oem, page_size;
	void *lowest, *highest;
	uintptr_t mask;
	DWORD processors, type, granularity;
	unsigned short level, revision;
};
struct StartupInfo {
	DWORD cb;
	WCHAR *reserved, *desktop, *title;
	DWORD x, y, w, h, wc, hc, fill, flags;
	unsigned short show, n;
	unsigned char *more;
	HANDLE in, out, err;
};
struct ProcessInformation {
	HANDLE process, thread;
	DWORD pid, tid;
};
struct ThreadEntry {
	DWORD size, usage, tid, pid;
	long priority, delta;
	DWORD flags;
};
struct MemoryCounters {
	DWORD cb, faults;
	size_t peak_resident, resident, q1, q2, q3, q4, commit, peak_commit;
};

constexpr DWORD kFromAddress = 4, kUnchanged = 2;
constexpr DWORD kMemCommit = 0x1000, kMemReserve = 0x2000, kMemFree = 0x10000, kMemRelease = 0x8000;

constexpr DWORD kGenericRead = 0x80000000, kShareAll = 7, kOpenExisting = 3;
static const HANDLE kInvalidHandle = HANDLE(intptr_t(-1));

extern "C" {
#define K32 __declspec(dllimport)
K32 HANDLE __stdcall LoadLibraryW(const WCHAR *);
K32 BOOL __stdcall FreeLibrary(HANDLE);
K32 void *__stdcall GetProcAddress(HANDLE, const char *);
K32 HANDLE __stdcall GetModuleHandleW(const WCHAR *);
K32 BOOL __stdcall GetModuleHandleExW(DWORD, const WCHAR *, HANDLE *);
K32 DWORD __stdcall GetLastError();
K32 HANDLE __stdcall GetStdHandle(DWORD);
K32 BOOL __stdcall SetStdHandle(DWORD, HANDLE);
K32 BOOL __stdcall WriteFile(HANDLE, const void *, DWORD, DWORD *, void *);
K32 BOOL __stdcall ReadFile(HANDLE, void *, DWORD, DWORD *, void *);
K32 BOOL __stdcall CreatePipe(HANDLE *, HANDLE *, void *, DWORD);
K32 BOOL __stdcall PeekNamedPipe(HANDLE, void *, DWORD, DWORD *, DWORD *, DWORD *);
K32 BOOL __stdcall CloseHandle(HANDLE);
K32 HANDLE __stdcall CreateFileW(const WCHAR *, DWORD, DWORD, void *, DWORD, DWORD, HANDLE);
K32 BOOL __stdcall DeleteFileW(const WCHAR *);
K32 __declspec(noreturn) void __stdcall ExitProcess(unsigned);
K32 BOOL __stdcall TerminateProcess(HANDLE, unsigned);
K32 HANDLE __stdcall GetCurrentProcess();
K32 DWORD __stdcall GetCurrentProcessId();
K32 DWORD __stdcall GetCurrentThreadId();
K32 BOOL __stdcall QueryPerformanceCounter(int64_t *);
K32 BOOL __stdcall QueryPerformanceFrequency(int64_t *);
K32 void __stdcall Sleep(DWORD);
K32 HANDLE __stdcall CreateThread(void *, size_t, DWORD(__stdcall *)(void *), void *, DWORD, DWORD *);
K32 DWORD __stdcall WaitForSingleObject(HANDLE, DWORD);
K32 void __stdcall AcquireSRWLockExclusive(void *);
K32 void __stdcall ReleaseSRWLockExclusive(void *);
K32 HANDLE __stdcall CreateToolhelp32Snapshot(DWORD, DWORD);
K32 BOOL __stdcall Thread32First(HANDLE, ThreadEntry *);
K32 BOOL __stdcall Thread32Next(HANDLE, ThreadEntry *);
K32 BOOL __stdcall K32GetProcessMemoryInfo(HANDLE, MemoryCounters *, DWORD);
K32 size_t __stdcall VirtualQuery(const void *, MemoryBasicInformation *, size_t);
K32 void *__stdcall VirtualAlloc(void *, size_t, DWORD, DWORD);
K32 BOOL __stdcall VirtualFree(void *, size_t, DWORD);
K32 BOOL __stdcall VirtualProtect(void *, size_t, DWORD, DWORD *);
K32 void __stdcall GetSystemInfo(SystemInfo *);
K32 BOOL __stdcall CreateProcessW(const WCHAR *, WCHAR *, void *, void *, BOOL, DWORD, void *, const WCHAR *, StartupInfo *, ProcessInformation *);
K32 BOOL __stdcall GetExitCodeProcess(HANDLE, DWORD *);
K32 DWORD __stdcall GetEnvironmentVariableA(const char *, char *, DWORD);
K32 BOOL __stdcall SetEnvironmentVariableW(const WCHAR *, const WCHAR *);
K32 WCHAR *__stdcall GetEnvironmentStringsW();
K32 BOOL __stdcall FreeEnvironmentStringsW(WCHAR *);
K32 int __stdcall MultiByteToWideChar(unsigned, DWORD, const char *, int, WCHAR *, int);
K32 int __stdcall WideCharToMultiByte(unsigned, DWORD, const WCHAR *, int, char *, int, const char *, BOOL *);
K32 Filter __stdcall SetUnhandledExceptionFilter(Filter);
K32 unsigned __stdcall SetErrorMode(unsigned);
K32 unsigned __stdcall GetErrorMode();
K32 BOOL __stdcall GetProcessPriorityBoost(HANDLE, BOOL *);
K32 BOOL __stdcall SetProcessPriorityBoost(HANDLE, BOOL);
K32 DWORD __stdcall TlsAlloc();
K32 BOOL __stdcall TlsFree(DWORD);
K32 void __stdcall RaiseException(DWORD, DWORD, DWORD, const uintptr_t *);
K32 DWORD __stdcall GetCurrentDirectoryW(DWORD, WCHAR *);
}
