// The C half of one component object, and what the C files share.
//
// The C half answers everything the platform asks before a real call: names,
// counts, defaults, life cycle. Go is entered by a method call, a property
// read or write, and, if one of these ever happened, by Done and release.
#ifndef NAPI_OBJECT_H
#define NAPI_OBJECT_H

#include <stdatomic.h>

#include "bridge.h"

// napi_object is what the platform holds as IComponentBase*: four vptrs first.
//
// Its memory is never given back to the allocator, only reused, and late: a
// host that keeps a stale pointer (Done after DestroyObject, destroying twice)
// and a goroutine that is late with an event both find a dead object instead
// of foreign memory.
struct napi_object {
	const void *vptr[4]; // IInitDoneBase, ILanguageExtenderBase, LocaleBase, UserLanguageBase

	_Atomic(uintptr_t) go; // handle of the Go instance, 0 until the first real call
	// Odd between Init and Done. Never runs back, also when the memory is
	// reused: an event belongs to the session it was born in.
	_Atomic(uint32_t) session;
	_Atomic(uint32_t) in_flight; // events inside the host right now
	_Atomic(bool) alive;

	napi_host *host;
	napi_memory *memory;
	long event_depth;
	napi_char locale[24];   // as given to SetLocale, cut and NUL-terminated
	napi_char language[24]; // as given to SetUserInterfaceLanguageCode
	napi_object *next;      // of the free objects
};

_Static_assert(offsetof(napi_object, vptr) == 0, "the platform's pointer is the object's; napi_self counts on it");

// Generated texts for failures that must not, or cannot, enter Go.
typedef enum { NAPI_FAIL_INTERNAL, NAPI_FAIL_FORKED, NAPI_FAIL_STACK, NAPI_FAIL_MEMORY, NAPI_FAIL_STOPPING } napi_failure;

// object.c
bool napi_object_open(const napi_object *); // between Init and Done
void napi_pool_unlock_after_fork(void);

// names.c: answers from the generated table
bool NAPI_CALL napi_register_extension(void *self, napi_char **name);
long NAPI_CALL napi_property_count(void *self);
long NAPI_CALL napi_find_property(void *self, const napi_char *name);
const napi_char *NAPI_CALL napi_property_name(void *self, long index, long alias);
bool NAPI_CALL napi_property_readable(void *self, long index);
bool NAPI_CALL napi_property_writable(void *self, long index);
long NAPI_CALL napi_method_count(void *self);
long NAPI_CALL napi_find_method(void *self, const napi_char *name);
const napi_char *NAPI_CALL napi_method_name(void *self, long index, long alias);
long NAPI_CALL napi_param_count(void *self, long index);
bool NAPI_CALL napi_param_default(void *self, long index, long param, napi_variant *value);
bool NAPI_CALL napi_method_returns(void *self, long index);
bool napi_is_class(const napi_char *name);
const napi_char *napi_class_names(void);
long napi_out_param(long index); // of the out-parameter Ошибка; −1: none
const napi_char *napi_failure_text(napi_failure, bool english);

// call.c
void *napi_allocate(napi_object *, unsigned long bytes);
bool napi_go_allowed(napi_failure *why);
bool NAPI_CALL napi_get_property(void *self, long index, napi_variant *value);
bool NAPI_CALL napi_set_property(void *self, long index, napi_variant *value);
bool NAPI_CALL napi_call_procedure(void *self, long index, napi_variant *params, long count);
bool NAPI_CALL napi_call_function(void *self, long index, napi_variant *result, napi_variant *params, long count);

// event.c
void napi_events_settle(napi_object *, int64_t deadline);

// host_linux.c, host_windows.c: being a guest in a foreign process.
void napi_guest_refresh(void);       // heal what the host changed since load
void napi_guest_thread(void);        // before this thread enters Go
bool napi_guest_forked(void);        // this is a forked child: Go is dead here
bool napi_guest_stack_too_big(void); // Go would kill the process on this thread
void napi_guest_yield(void);         // let another thread run
void napi_guest_sleep(void);         // a millisecond
int64_t napi_guest_clock(void);      // milliseconds, monotonic

// fence_386.c: keeps Go from taking half a gigabyte while it starts.
#ifdef __i386__
void napi_fence(void);
void napi_unfence(void);
void *napi_guest_reserve(void *at, size_t bytes); // NULL: nothing free, or not there
void napi_guest_release(void *at, size_t bytes);
#else
static inline void napi_fence(void) {}
static inline void napi_unfence(void) {}
#endif

// The object that `self` of base number `base` belongs to.
static inline napi_object *napi_self(void *self, unsigned base) {
	return (napi_object *)((char *)self - base * sizeof(void *));
}

#endif
