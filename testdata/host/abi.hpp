// The Native API as a host's compiler lays it out: own declarations, made from
// the slot facts. Nothing is hand-laid here; the compiler's vtables are the
// truth the library under test is measured against. On Windows this must be
// compiled for the MSVC ABI (clang --target=…-windows-msvc): 1C is.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifndef _WIN32
#include <time.h>
#endif

#ifdef _WIN32
#define ADDIN_API __stdcall
#else
#define ADDIN_API
#endif

using Char = char16_t; // WCHAR_T: 16 bits everywhere

enum : uint16_t {
	kEmpty, kNull, kI2, kI4, kR4, kR8, kDate, kTm, kPstr, kInterface, kError, kBool, kVariant,
	kI1, kUI1, kUI2, kUI4, kI8, kUI8, kInt, kUInt, kHresult, kPwstr, kBlob, kClsid,
};

#ifdef _WIN32
struct Tm {
	int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
#else
using Tm = struct tm;
#endif

struct Variant {
	union {
		int8_t i1;
		int16_t i2;
		int32_t i4;
		int64_t i8;
		uint8_t ui1;
		uint16_t ui2;
		uint32_t ui4;
		uint64_t ui8;
		long hresult;
		float r4;
		double r8;
		double date;
		bool b;
		Tm tm;
		struct {
			void *object;
			uint8_t iid[16];
		} itf;
		struct {
			char *p;
			uint32_t n; // bytes
		} bytes;
		struct {
			Char *p;
			uint32_t n; // code units, no NUL
		} text;
	};
	uint32_t elements;
	uint16_t vt;
};

#if defined(_WIN32)
static_assert(sizeof(Variant) == 48 && offsetof(Variant, vt) == 44, "variant");
#elif defined(__i386__)
static_assert(sizeof(Variant) == 52 && offsetof(Variant, vt) == 48, "variant");
#else
static_assert(sizeof(Variant) == 64 && offsetof(Variant, vt) == 60, "variant");
#endif

// What the library implements. The headers of 1C declare the destructors so.
class InitDone {
public:
	virtual ~InitDone() {}
	virtual bool ADDIN_API Init(void *connection) = 0;
	virtual bool ADDIN_API setMemManager(void *memory) = 0;
	virtual long ADDIN_API GetInfo() = 0;
	virtual void ADDIN_API Done() = 0;
};

class LanguageExtender {
public:
	virtual ~LanguageExtender() {}
	virtual bool ADDIN_API RegisterExtensionAs(Char **name) = 0;
	virtual long ADDIN_API GetNProps() = 0;
	virtual long ADDIN_API FindProp(const Char *name) = 0;
	virtual const Char *ADDIN_API GetPropName(long index, long alias) = 0;
	virtual bool ADDIN_API GetPropVal(long index, Variant *value) = 0;
	virtual bool ADDIN_API SetPropVal(long index, Variant *value) = 0;
	virtual bool ADDIN_API IsPropReadable(long index) = 0;
	virtual bool ADDIN_API IsPropWritable(long index) = 0;
	virtual long ADDIN_API GetNMethods() = 0;
	virtual long ADDIN_API FindMethod(const Char *name) = 0;
	virtual const Char *ADDIN_API GetMethodName(long index, long alias) = 0;
	virtual long ADDIN_API GetNParams(long method) = 0;
	virtual bool ADDIN_API GetParamDefValue(long method, long param, Variant *value) = 0;
	virtual bool ADDIN_API HasRetVal(long method) = 0;
	virtual bool ADDIN_API CallAsProc(long method, Variant *params, long count) = 0;
	virtual bool ADDIN_API CallAsFunc(long method, Variant *result, Variant *params, long count) = 0;
};

class Locale {
public:
	virtual ~Locale() {}
	virtual void ADDIN_API SetLocale(const Char *locale) = 0;
};

class UserLanguage {
public:
	virtual ~UserLanguage() {}
	virtual void ADDIN_API SetUserInterfaceLanguageCode(const Char *code) = 0;
};

class Component : public InitDone, public LanguageExtender, public Locale, public UserLanguage {
public:
	virtual ~Component() {}
};

// What the host implements. The base of the optional interfaces is empty and
// not polymorphic: the MSVC ABI puts it behind the vptr, so that a converted
// pointer differs from the object's. The compiler does the converting here.
struct Interface {};

class MsgBox : public Interface {
public:
	virtual bool ADDIN_API Confirm(const Char *text, Variant *answer) = 0;
	virtual bool ADDIN_API Alert(const Char *text) = 0;
};

struct AppInfo {
	const Char *version;
	const Char *user_agent;
	int32_t application;
};

class PlatformInfo : public Interface {
public:
	virtual const AppInfo *ADDIN_API GetPlatformInfo() = 0;
};

class AttachedInfo : public Interface {
public:
	virtual int32_t ADDIN_API GetAttachedInfo() = 0; // 0 isolated, 1 not
};

enum { kIMsgBox = 0, kIPlatformInfo = 1, kIAttachedInfo = 2 };

class AddInDefBase {
public:
	virtual ~AddInDefBase() {}
	virtual bool ADDIN_API AddError(unsigned short code, const Char *source, const Char *text, long scode) = 0;
	virtual bool ADDIN_API Read(Char *name, Variant *value, long *error, Char **text) = 0;
	virtual bool ADDIN_API Write(Char *name, Variant *value) = 0;
	virtual bool ADDIN_API RegisterProfileAs(Char *name) = 0;
	virtual bool ADDIN_API SetEventBufferDepth(long depth) = 0;
	virtual long ADDIN_API GetEventBufferDepth() = 0;
	virtual bool ADDIN_API ExternalEvent(Char *source, Char *name, Char *data) = 0;
	virtual void ADDIN_API CleanEventBuffer() = 0;
	virtual bool ADDIN_API SetStatusLine(Char *text) = 0;
	virtual void ADDIN_API ResetStatusLine() = 0;
};

class AddInDefBaseEx : public AddInDefBase {
public:
	virtual ~AddInDefBaseEx() {}
	virtual Interface *ADDIN_API GetInterface(int32_t which) = 0;
};

class MemoryManager {
public:
	virtual ~MemoryManager() {}
	virtual bool ADDIN_API AllocMemory(void **p, unsigned long bytes) = 0;
	virtual void ADDIN_API FreeMemory(void **p) = 0;
};
