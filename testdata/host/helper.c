/* A library that calls the exports of the add-in from its own constructor or
 * DllMain: with the loader's lock held. The library's path comes in the
 * environment variable HOST_LIB. helper_result: 1 when all went well, −step. */
#include <stdint.h>

typedef uint16_t unit;
typedef struct {
	const unit *(*GetClassNames)(void);
	long (*GetClassObject)(const unit *, void **);
	long (*DestroyObject)(void **);
	int32_t (*SetPlatformCapabilities)(int32_t);
	int32_t (*GetAttachType)(void);
} exports;

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#define DTORS 1
#ifdef __i386__
#define CALL __attribute__((stdcall))
#else
#define CALL
#endif
#else
#define EXPORT __attribute__((visibility("default")))
#define DTORS 2
#define CALL
#endif

EXPORT int helper_result;

/* What 1C asks of an object that it makes only to learn names. */
static int ask(const exports *e) {
	void *object = 0;
	if (!e->GetClassNames()[0]) return -10;
	if (e->SetPlatformCapabilities(3) != 3) return -11;
	if (e->GetAttachType() != 3) return -12;
	if (!e->GetClassObject(e->GetClassNames(), &object)) return -13;
	/* Of the second base: GetNMethods is slot 8, FindMethod slot 9. */
	void **table = ((void ***)object)[1];
	void *extender = (char *)object + sizeof(void *);
	long(CALL * count)(void *) = (long(CALL *)(void *))table[DTORS + 8];
	long(CALL * find)(void *, const unit *) = (long(CALL *)(void *, const unit *))table[DTORS + 9];
	if (count(extender) <= 0) return -14;
	if (find(extender, u"Нет") != -1) return -15;
	if (e->DestroyObject(&object) != 0) return -16;
	return 1;
}

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static int run(void) {
	WCHAR path[600];
	DWORD n = GetEnvironmentVariableW(L"HOST_LIB", path, 600);
	HMODULE m;
	exports e;
	if (n == 0 || n >= 600) return 0;
	if (!(m = LoadLibraryW(path))) return -1;
	e.GetClassNames = (void *)GetProcAddress(m, "GetClassNames");
	e.GetClassObject = (void *)GetProcAddress(m, "GetClassObject");
	e.DestroyObject = (void *)GetProcAddress(m, "DestroyObject");
	e.SetPlatformCapabilities = (void *)GetProcAddress(m, "SetPlatformCapabilities");
	e.GetAttachType = (void *)GetProcAddress(m, "GetAttachType");
	return ask(&e);
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, LPVOID reserved) {
	(void)self, (void)reserved;
	if (why == DLL_PROCESS_ATTACH) helper_result = run();
	return TRUE;
}
#else
#include <dlfcn.h>
#include <stdlib.h>

__attribute__((constructor)) static void run(void) {
	const char *path = getenv("HOST_LIB");
	void *m;
	exports e;
	if (!path) return;
	helper_result = -1;
	if (!(m = dlopen(path, RTLD_NOW | RTLD_LOCAL))) return;
	*(void **)&e.GetClassNames = dlsym(m, "GetClassNames");
	*(void **)&e.GetClassObject = dlsym(m, "GetClassObject");
	*(void **)&e.DestroyObject = dlsym(m, "DestroyObject");
	*(void **)&e.SetPlatformCapabilities = dlsym(m, "SetPlatformCapabilities");
	*(void **)&e.GetAttachType = dlsym(m, "GetAttachType");
	helper_result = ask(&e);
}
#endif
