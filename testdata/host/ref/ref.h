/* The probe component in plain C: what a careful C programmer would write by
 * hand. It is the baseline of the benchmarks, and it showed that the host is
 * right before there was anything else to test. No Go, no protection of the
 * host: nothing here needs it. */
#ifndef REF_H
#define REF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t unit; /* WCHAR_T */

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#define DTORS 1
#else
#define EXPORT __attribute__((visibility("default")))
#define DTORS 2
#endif
#if defined(_WIN32) && defined(__i386__)
#define CALL __attribute__((stdcall))
#define THISCALL __attribute__((thiscall))
#else
#define CALL
#define THISCALL
#endif

enum { T_EMPTY = 0, T_NULL = 1, T_I2 = 2, T_I4 = 3, T_R4 = 4, T_R8 = 5, T_DATE = 6, T_TM = 7, T_PSTR = 8, T_BOOL = 11, T_I1 = 13, T_UI1 = 14, T_UI2 = 15, T_UI4 = 16, T_I8 = 17, T_UI8 = 18, T_INT = 19, T_UINT = 20, T_PWSTR = 22, T_BLOB = 23 };

typedef struct {
	int32_t part[9];
#ifndef _WIN32
	long gmtoff;
	const char *zone;
#endif
} tm_t;

typedef struct {
	union {
		int8_t i1;
		uint8_t ui1;
		int16_t i2;
		uint16_t ui2;
		int32_t i4;
		uint32_t ui4;
		int64_t i8;
		uint64_t ui8;
		float r4;
		double r8;
		tm_t tm;
		struct {
			void *p;
			uint8_t iid[16];
		} itf;
		struct {
			void *p;
			uint32_t n;
		} s; /* units of a text, bytes of the others */
	} u;
	uint32_t elements;
	uint16_t vt;
} variant;

typedef struct memory {
	const struct {
		void *dtor[DTORS];
		bool(CALL *alloc)(struct memory *, void **, unsigned long);
		void(CALL *release)(struct memory *, void **);
	} * table;
} memory;

typedef struct connection {
	const struct {
		void *dtor[DTORS];
		bool(CALL *add_error)(struct connection *, unsigned short, const unit *, const unit *, long);
		void *read, *write, *profile;
		bool(CALL *set_depth)(struct connection *, long);
		long(CALL *depth)(struct connection *);
		bool(CALL *event)(struct connection *, unit *, unit *, unit *);
	} * table;
} connection;

typedef struct object {
	const void *vptr[4];
	connection *host;
	memory *memory;
	variant kept; /* property Value, memory of malloc */
	int64_t counter;
	bool raise;
	void *mutex;        /* one event at a time */
	volatile int stop;  /* threads must end */
	volatile int alive; /* threads that run */
	volatile long sent, refused;
} object;

typedef struct {
	const unit *name[2]; /* English, Russian */
	int params;
	bool returns;
	bool (*body)(object *, variant *ret, variant *args, long n);
} method;

typedef struct {
	const unit *name[2];
	bool writable;
} property;

enum { METHODS = 10, PROPERTIES = 4 };
extern const method ref_methods[METHODS];
extern const property ref_properties[PROPERTIES];
extern const unit ref_class[];

/* values.c */
bool ref_fail(object *o, const unit *text); /* AddError; returns false */
bool ref_give(object *o, variant *to, const void *p, uint32_t n, uint16_t vt);
bool ref_copy(object *o, variant *to, const variant *from); /* as Echo does */
bool ref_default(object *o, long m, long p, variant *v);
int64_t ref_integer(const variant *v, int64_t otherwise);

/* threads.c */
void ref_lock_new(object *o);
void ref_lock_free(object *o);
void ref_lock(object *o);
void ref_unlock(object *o);
bool ref_thread(void (*fn)(void *), void *arg);
void ref_pause(void);
bool ref_burst(object *o, variant *ret, variant *args, long n);
bool ref_busy(object *o, variant *ret, variant *args, long n);

#endif
