// Binary layout of the 1C:Enterprise Native API, seen from the host's side.
//
// 1C itself is built by MSVC on Windows and by g++ on Linux, so the layout of
// its C++ interfaces differs between the two; here it is spelled out in plain
// C, so that one compiler (gcc, mingw) can speak to a component built by any.
#ifndef NAPI_HOST_ABI_H
#define NAPI_HOST_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

// One UTF-16 code unit. Never wchar_t: that has four bytes outside Windows.
typedef uint16_t wch;

// What a C++ `bool` returns: only the low byte of the register is defined, so
// results are read as a byte and compared with zero.
typedef uint8_t abi_bool;

#if defined(_WIN32)
#define ABI_DTORS 1 // MSVC: one "deleting" destructor slot
#if defined(__i386__)
#define ABI_CALL __attribute__((stdcall))
#define ABI_DTOR __attribute__((thiscall))
#else
#define ABI_CALL
#define ABI_DTOR
#endif
// IInterface is an empty base class: MSVC puts it behind the vptr, so what
// GetInterface hands out points one pointer past the start of the object.
#define ABI_IFACE_SHIFT sizeof(void *)
#else
#define ABI_DTORS 2 // Itanium: complete destructor, then deleting destructor
#define ABI_CALL
#define ABI_DTOR
#define ABI_IFACE_SHIFT 0
#endif

// Destructors of the host's own interfaces. A component never calls them, but a
// slot with the wrong stack discipline would hide that it did.
#if defined(_WIN32)
#define ABI_DTOR_PARAMS void *self, unsigned flags
#define ABI_DTOR_UNUSED ((void)self, (void)flags)
#define ABI_DTOR_SLOTS(fn) {fn}
#else
#define ABI_DTOR_PARAMS void *self
#define ABI_DTOR_UNUSED ((void)self)
#define ABI_DTOR_SLOTS(fn) {fn, fn}
#endif

// Variant types a host can meet.
enum {
	VT_EMPTY = 0, VT_NULL = 1, VT_I2 = 2, VT_I4 = 3, VT_R4 = 4, VT_R8 = 5,
	VT_DATE = 6, VT_TM = 7, VT_PSTR = 8, VT_INTERFACE = 9, VT_ERROR = 10,
	VT_BOOL = 11, VT_VARIANT = 12, VT_I1 = 13, VT_UI1 = 14, VT_UI2 = 15,
	VT_UI4 = 16, VT_I8 = 17, VT_UI8 = 18, VT_INT = 19, VT_UINT = 20,
	VT_HRESULT = 21, VT_PWSTR = 22, VT_BLOB = 23, VT_CLSID = 24,
};

typedef struct {
	union {
		int8_t i1;
		uint8_t ui1;
		abi_bool b;
		int16_t i2;
		uint16_t ui2;
		int32_t i4;
		uint32_t ui4;
		int64_t i8;
		uint64_t ui8;
		float r4;
		double r8;
		double date; // days since 1899-12-30
		struct tm tm;
		struct { void *p; uint8_t iid[16]; } itf;
		struct { char *p; uint32_t len; } s; // PSTR, BLOB: bytes
		struct { wch *p; uint32_t len; } w;  // PWSTR: code units
	} u;
	uint32_t elements;
	uint16_t vt;
} variant;

#if defined(_WIN32)
_Static_assert(sizeof(variant) == 48 && offsetof(variant, vt) == 44, "variant on Windows");
#elif defined(__LP64__)
_Static_assert(sizeof(variant) == 64 && offsetof(variant, vt) == 60, "variant on 64-bit Linux");
_Static_assert(sizeof(long) == 8, "long on 64-bit Linux");
#else
_Static_assert(sizeof(variant) == 52 && offsetof(variant, vt) == 48, "variant on 32-bit Linux");
#endif

// Method numbers within each interface, counted behind the destructors.
enum { INIT_INIT, INIT_SET_MEMORY, INIT_GET_INFO, INIT_DONE };
enum {
	EXT_REGISTER, EXT_NPROPS, EXT_FIND_PROP, EXT_PROP_NAME, EXT_GET_PROP,
	EXT_SET_PROP, EXT_PROP_READABLE, EXT_PROP_WRITABLE, EXT_NMETHODS,
	EXT_FIND_METHOD, EXT_METHOD_NAME, EXT_NPARAMS, EXT_DEFAULT, EXT_HAS_RET,
	EXT_CALL_PROC, EXT_CALL_FUNC,
};
// The component object starts with one vptr per base, in this order.
enum { BASE_INIT, BASE_EXTENDER, BASE_LOCALE, BASE_LANGUAGE };

// Capability levels: from 1 on the component may ask for GetInterface, from 3
// on (headers of 8.3.21) the fourth base exists.
enum { CAPS_OFFERED = 3, CAPS_LANGUAGE = 3 };

// Answers of IAttachedInfo and of the GetAttachType export.
enum { ATTACHED_ISOLATED = 0, ATTACHED_NOT_ISOLATED = 1 };

// Interfaces of GetInterface.
enum { IFACE_MSGBOX = 0, IFACE_PLATFORM = 1, IFACE_ATTACHED = 2 };

typedef struct {
	const wch *version;
	const wch *user_agent;
	int32_t application; // 0 thin, 1 thick, 2 web, 3 server, 4 external connection
} app_info;
#if defined(__LP64__) || defined(_WIN64)
_Static_assert(sizeof(app_info) == 24 && offsetof(app_info, application) == 16, "AppInfo");
#else
_Static_assert(sizeof(app_info) == 12 && offsetof(app_info, application) == 8, "AppInfo");
#endif

// The exports are cdecl on every platform.
typedef const wch *(*fn_class_names)(void);
typedef long (*fn_class_object)(const wch *name, void **out);
typedef long (*fn_destroy_object)(void **object);
typedef int32_t (*fn_capabilities)(int32_t offered);
typedef int32_t (*fn_attach_type)(void);

#endif
