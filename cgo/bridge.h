// What Go sees of the C half. The object itself stays opaque: cgo cannot read
// atomic fields, and Go has no business there.
#ifndef NAPI_BRIDGE_H
#define NAPI_BRIDGE_H

#include "abi.h"

typedef struct napi_object napi_object;

// What one crossing into Go needs and brings back.
typedef struct {
	napi_object *object;
	uintptr_t handle;
	int32_t operation; // NAPI_OP_*
	int32_t index;     // of the method or property
	napi_variant *params;
	int32_t count; // what the host claims to pass, NAPI_MAX_COUNT at most
	int32_t known; // how many of them the method declares: no others are read
	int32_t status;       // out: NAPI_STATUS_*
	// out: the value, NULL when nobody asks. Scalars lie there in the end;
	// for a text or blob, pointer and length of what C is to copy. `vt` is
	// not set: it comes last, and from here.
	napi_variant *result;
	uint16_t value_vt;
	// out: the text of the exception, or of the out-parameter.
	napi_char *text;
	uint32_t text_length;
	// Where value and text lie: in scratch, or in memory for C to free.
	void *value_heap, *text_heap;
	napi_char *scratch;
	uint32_t scratch_length; // in UTF-16 units
} napi_call;

enum { NAPI_MAX_COUNT = 256 }; // no method declares that many
enum { NAPI_OP_CALL, NAPI_OP_GET, NAPI_OP_SET };
enum {
	NAPI_STATUS_OK,
	NAPI_STATUS_RAISE,   // `error` is the exception's text
	NAPI_STATUS_BROKEN,  // a panic of ours, or no Go half: the text comes from C
	NAPI_STATUS_CLOSED,  // the object was destroyed meanwhile
};

// What Диагностика asks. The texts belong to the platform and to the object;
// they are valid until the running call returns.
typedef struct {
	const napi_char *version, *user_agent; // may be NULL
	const napi_char *locale, *language;    // as given to the object, may be empty
	int32_t application;                   // −1 unknown
	int32_t attached;                      // 0 isolated, 1 not isolated, −1 unknown
	long event_depth;
} napi_platform;

// object.c
// napi_object_attach returns the handle that the object has now: an earlier one
// stays.
uintptr_t napi_object_attach(napi_object *, uintptr_t handle);
uint32_t napi_object_session(const napi_object *);
// napi_platform_read may be called only on the thread of a call from the host.
void napi_platform_read(napi_object *, napi_platform *);

// event.c: any thread. The texts need to live during the call only.
bool napi_event(napi_object *, uint32_t session, napi_char *source, napi_char *name, napi_char *data);

// host_linux.c, host_windows.c
void napi_guest_started(void); // the Go runtime is up: give back what it took
uint32_t napi_guest_path(napi_char *, uint32_t length); // the file of this library; 0: not known here

#endif
