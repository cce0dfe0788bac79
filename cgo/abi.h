// The binary interface of 1C:Enterprise Native API, written down in C.
//
// 1C is compiled by MSVC on Windows and by g++ on Linux; the classes of its
// headers have multiple bases and virtual destructors, so the layout differs
// between the two: one destructor slot in MSVC's vtables, two in Itanium's.
// mingw's g++ would follow Itanium on Windows, hence no C++ here: the tables
// are laid by hand and every offset is asserted for every target.
#ifndef NAPI_ABI_H
#define NAPI_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t napi_char; // WCHAR_T: a UTF-16 unit everywhere; wchar_t is 4 bytes on Linux

#ifdef _WIN32
#define NAPI_DTORS 1 // MSVC: one scalar deleting destructor
#define NAPI_EXPORT __declspec(dllexport)
#else
#define NAPI_DTORS 2 // Itanium: complete, then deleting destructor
#define NAPI_EXPORT __attribute__((visibility("default")))
#endif

// Methods of the interfaces. On Windows x86 they are stdcall with `this` as
// the first stack argument; the destructor alone is thiscall. The five
// exported functions are cdecl everywhere.
#if defined(_WIN32) && defined(__i386__)
#define NAPI_CALL __attribute__((stdcall))
#define NAPI_THISCALL __attribute__((thiscall))
#else
#define NAPI_CALL
#define NAPI_THISCALL
#endif

// Variant types (enum VTYPE of the headers) that C itself handles; addin/spec
// has the whole list.
enum {
	NAPI_VT_EMPTY = 0,
	NAPI_VT_I4 = 3,
	NAPI_VT_R8 = 5,
	NAPI_VT_PSTR = 8,
	NAPI_VT_BOOL = 11,
	NAPI_VT_PWSTR = 22,
	NAPI_VT_BLOB = 23,
};

// struct tm as the compiler of the platform lays it out. Its own declaration
// is used by nobody here, only its size matters: it makes the union.
typedef struct {
	int32_t sec, min, hour, mday, mon, year, wday, yday, isdst;
#ifndef _WIN32
	long gmtoff;
	const char *zone;
#endif
} napi_tm;

// tVariant: the union first, then two fields that nobody but vt's reader
// needs. Go reads and writes it by these offsets (addin/spec).
typedef struct {
	union {
		int64_t integer; // any integral type starts at offset 0
		int32_t i4;
		double real;
		uint8_t boolean;
		napi_tm time;
		struct {
			void *pointer;
			uint8_t iid[16];
		} object;
		struct {
			char *bytes;
			uint32_t length; // in bytes
		} blob;
		struct {
			napi_char *chars;
			uint32_t length; // in UTF-16 units, without a NUL
		} text;
	} u;
	uint32_t elements;
	uint16_t vt;
} napi_variant;

// The memory manager of the platform: what the platform will free must come
// from here.
typedef struct napi_memory napi_memory;
typedef struct {
	void *destructor[NAPI_DTORS];
	// Our own bool results are `bool`; the platform's are read as a byte, as
	// the upper bits of the register are undefined in every ABI here.
	uint8_t(NAPI_CALL *AllocMemory)(napi_memory *, void **out, unsigned long bytes);
	void(NAPI_CALL *FreeMemory)(napi_memory *, void **);
} napi_memory_table;
struct napi_memory {
	const napi_memory_table *table;
};

// IAddInDefBaseEx: the argument of Init.
typedef struct napi_host napi_host;
typedef struct {
	void *destructor[NAPI_DTORS];
	uint8_t(NAPI_CALL *AddError)(napi_host *, unsigned short code, const napi_char *source, const napi_char *text, long scode);
	uint8_t(NAPI_CALL *Read)(napi_host *, napi_char *name, napi_variant *, long *code, napi_char **text);
	uint8_t(NAPI_CALL *Write)(napi_host *, napi_char *name, napi_variant *);
	uint8_t(NAPI_CALL *RegisterProfileAs)(napi_host *, napi_char *name);
	uint8_t(NAPI_CALL *SetEventBufferDepth)(napi_host *, long);
	long(NAPI_CALL *GetEventBufferDepth)(napi_host *);
	uint8_t(NAPI_CALL *ExternalEvent)(napi_host *, napi_char *source, napi_char *message, napi_char *data);
	void(NAPI_CALL *CleanEventBuffer)(napi_host *);
	uint8_t(NAPI_CALL *SetStatusLine)(napi_host *, napi_char *);
	void(NAPI_CALL *ResetStatusLine)(napi_host *);
	void *(NAPI_CALL *GetInterface)(napi_host *, int32_t interface); // only when capabilities >= 1
} napi_host_table;
struct napi_host {
	const napi_host_table *table;
};

// What GetInterface may be asked for, and since which capability level.
enum { NAPI_PLATFORM_INFO = 1, NAPI_ATTACHED_INFO = 2 };

typedef struct {
	const napi_char *version;
	const napi_char *user_agent;
	int32_t application;
} napi_app_info;

// Interfaces got by GetInterface have no virtual destructor.
typedef struct napi_platform_info napi_platform_info;
struct napi_platform_info {
	const struct {
		const napi_app_info *(NAPI_CALL *GetPlatformInfo)(napi_platform_info *);
	} *table;
};
typedef struct napi_attached_info napi_attached_info;
struct napi_attached_info {
	const struct {
		int32_t(NAPI_CALL *GetAttachedInfo)(napi_attached_info *);
	} *table;
};

// The four interfaces of a component. Before slot 0 the compilers keep one
// word (MSVC: RTTI locator) or two (Itanium: offset to top, RTTI): two zero
// words serve both, nobody uses dynamic_cast on us.
#ifdef _WIN32
typedef void *(NAPI_THISCALL *napi_destructor)(void *self, unsigned flags);
#else
typedef void (*napi_destructor)(void *self);
#endif

typedef struct {
	void *rtti[2];
	napi_destructor destructor[NAPI_DTORS];
	bool(NAPI_CALL *Init)(void *, napi_host *);
	bool(NAPI_CALL *setMemManager)(void *, napi_memory *);
	long(NAPI_CALL *GetInfo)(void *);
	void(NAPI_CALL *Done)(void *);
} napi_life_table;

typedef struct {
	void *rtti[2];
	napi_destructor destructor[NAPI_DTORS];
	bool(NAPI_CALL *RegisterExtensionAs)(void *, napi_char **);
	long(NAPI_CALL *GetNProps)(void *);
	long(NAPI_CALL *FindProp)(void *, const napi_char *);
	const napi_char *(NAPI_CALL *GetPropName)(void *, long index, long alias);
	bool(NAPI_CALL *GetPropVal)(void *, long index, napi_variant *);
	bool(NAPI_CALL *SetPropVal)(void *, long index, napi_variant *);
	bool(NAPI_CALL *IsPropReadable)(void *, long index);
	bool(NAPI_CALL *IsPropWritable)(void *, long index);
	long(NAPI_CALL *GetNMethods)(void *);
	long(NAPI_CALL *FindMethod)(void *, const napi_char *);
	const napi_char *(NAPI_CALL *GetMethodName)(void *, long index, long alias);
	long(NAPI_CALL *GetNParams)(void *, long index);
	bool(NAPI_CALL *GetParamDefValue)(void *, long index, long param, napi_variant *);
	bool(NAPI_CALL *HasRetVal)(void *, long index);
	bool(NAPI_CALL *CallAsProc)(void *, long index, napi_variant *params, long count);
	bool(NAPI_CALL *CallAsFunc)(void *, long index, napi_variant *result, napi_variant *params, long count);
} napi_language_table;

// LocaleBase and UserLanguageBase are alike: one method with a text.
typedef struct {
	void *rtti[2];
	napi_destructor destructor[NAPI_DTORS];
	void(NAPI_CALL *set)(void *, const napi_char *);
} napi_text_table;

// --- what every target must agree with --------------------------------------

#define NAPI_WORD sizeof(void *)
#if defined(_WIN32)
#define NAPI_LAYOUT(win, lin64, lin32) (win)
#elif defined(__LP64__)
#define NAPI_LAYOUT(win, lin64, lin32) (lin64)
#elif defined(__i386__)
#define NAPI_LAYOUT(win, lin64, lin32) (lin32)
#else
#error "no 1C:Enterprise for this target"
#endif

_Static_assert(sizeof(long) == NAPI_LAYOUT(4, 8, 4), "long");
_Static_assert(sizeof(bool) == 1, "bool");
_Static_assert(sizeof(napi_tm) == NAPI_LAYOUT(36, 56, 44), "struct tm");
#ifndef _WIN32
_Static_assert(offsetof(napi_tm, gmtoff) == NAPI_LAYOUT(0, 40, 36), "struct tm gmtoff");
_Static_assert(offsetof(napi_tm, zone) == NAPI_LAYOUT(0, 48, 40), "struct tm zone");
#endif
_Static_assert(offsetof(napi_variant, u.integer) == 0 && offsetof(napi_variant, u.boolean) == 0, "scalars");
_Static_assert(offsetof(napi_variant, u.text.chars) == 0 && offsetof(napi_variant, u.blob.bytes) == 0, "pointers");
_Static_assert(sizeof(napi_variant) == NAPI_LAYOUT(48, 64, 52), "tVariant");
_Static_assert(_Alignof(napi_variant) == NAPI_LAYOUT(8, 8, 4), "tVariant alignment");
_Static_assert(offsetof(napi_variant, u.text.length) == NAPI_WORD, "wstrLen");
_Static_assert(offsetof(napi_variant, u.blob.length) == NAPI_WORD, "strLen");
_Static_assert(offsetof(napi_variant, u.object.iid) == NAPI_WORD, "IID");
_Static_assert(offsetof(napi_variant, elements) == NAPI_LAYOUT(40, 56, 44), "cbElements");
_Static_assert(offsetof(napi_variant, vt) == NAPI_LAYOUT(44, 60, 48), "vt");
_Static_assert(sizeof(napi_app_info) == (NAPI_WORD == 8 ? 24 : 12), "AppInfo");
_Static_assert(offsetof(napi_app_info, user_agent) == NAPI_WORD, "AppInfo.UserAgentInformation");
_Static_assert(offsetof(napi_app_info, application) == 2 * NAPI_WORD, "AppInfo.Application");

// Slot numbers count from the vptr, destructors included.
#define NAPI_SLOT(table, name, n) \
	_Static_assert(offsetof(table, name) == (2 + NAPI_DTORS + (n)) * NAPI_WORD, #table "." #name)
NAPI_SLOT(napi_life_table, Init, 0);
NAPI_SLOT(napi_life_table, setMemManager, 1);
NAPI_SLOT(napi_life_table, GetInfo, 2);
NAPI_SLOT(napi_life_table, Done, 3);
NAPI_SLOT(napi_language_table, RegisterExtensionAs, 0);
NAPI_SLOT(napi_language_table, GetNProps, 1);
NAPI_SLOT(napi_language_table, FindProp, 2);
NAPI_SLOT(napi_language_table, GetPropName, 3);
NAPI_SLOT(napi_language_table, GetPropVal, 4);
NAPI_SLOT(napi_language_table, SetPropVal, 5);
NAPI_SLOT(napi_language_table, IsPropReadable, 6);
NAPI_SLOT(napi_language_table, IsPropWritable, 7);
NAPI_SLOT(napi_language_table, GetNMethods, 8);
NAPI_SLOT(napi_language_table, FindMethod, 9);
NAPI_SLOT(napi_language_table, GetMethodName, 10);
NAPI_SLOT(napi_language_table, GetNParams, 11);
NAPI_SLOT(napi_language_table, GetParamDefValue, 12);
NAPI_SLOT(napi_language_table, HasRetVal, 13);
NAPI_SLOT(napi_language_table, CallAsProc, 14);
NAPI_SLOT(napi_language_table, CallAsFunc, 15);
NAPI_SLOT(napi_text_table, set, 0);
#define NAPI_HOST_SLOT(name, n) \
	_Static_assert(offsetof(napi_host_table, name) == (NAPI_DTORS + (n)) * NAPI_WORD, "IAddInDefBase." #name)
NAPI_HOST_SLOT(AddError, 0);
NAPI_HOST_SLOT(Read, 1);
NAPI_HOST_SLOT(Write, 2);
NAPI_HOST_SLOT(RegisterProfileAs, 3);
NAPI_HOST_SLOT(SetEventBufferDepth, 4);
NAPI_HOST_SLOT(GetEventBufferDepth, 5);
NAPI_HOST_SLOT(ExternalEvent, 6);
NAPI_HOST_SLOT(CleanEventBuffer, 7);
NAPI_HOST_SLOT(SetStatusLine, 8);
NAPI_HOST_SLOT(ResetStatusLine, 9);
NAPI_HOST_SLOT(GetInterface, 10);
_Static_assert(offsetof(napi_memory_table, AllocMemory) == NAPI_DTORS * NAPI_WORD, "AllocMemory");
_Static_assert(offsetof(napi_memory_table, FreeMemory) == (NAPI_DTORS + 1) * NAPI_WORD, "FreeMemory");

#endif
