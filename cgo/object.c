//go:build cgo

// The life of a component object: the five exports, the vtables, Init, Done
// and the end, in whatever order the host asks for them.
#include "object.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

// 1C's queue of external events is one deep by default and drops what does
// not fit. The inbox offers a refused event again, so this is for speed: a
// thousand is more than an office produces while a modal window is open.
enum { EVENT_DEPTH = 1000 };

// What we understand: 1 GetInterface, 2 IAttachedInfo, 3 UserLanguageBase.
enum { CAPABILITIES = 3 };
static _Atomic(int32_t) platform_capabilities;

// How long Done may take in all, milliseconds.
enum { DONE_TIMEOUT = 2000 };

// --- memory of objects -------------------------------------------------------

// Freed objects are reused only after this many others were freed.
enum { QUARANTINE = 256 };
static atomic_flag pool_lock = ATOMIC_FLAG_INIT;
static napi_object *pool_first, *pool_last;
static int pool_size;

static void lock_pool(void) {
	while (atomic_flag_test_and_set_explicit(&pool_lock, memory_order_acquire)) napi_guest_yield();
}

static void unlock_pool(void) { atomic_flag_clear_explicit(&pool_lock, memory_order_release); }

// The child of a fork owns a lock whose holder may not exist there.
void napi_pool_unlock_after_fork(void) { unlock_pool(); }

static napi_object *take_object(void) {
	napi_object *object = NULL;
	lock_pool();
	if (pool_size > QUARANTINE) {
		object = pool_first;
		pool_first = object->next;
		pool_size--;
	}
	unlock_pool();
	if (!object) return calloc(1, sizeof *object);
	object->host = NULL;
	object->memory = NULL;
	object->event_depth = 0;
	object->locale[0] = object->language[0] = 0;
	object->next = NULL;
	return object;
}

static void give_object(napi_object *object) {
	lock_pool();
	object->next = NULL;
	if (pool_first)
		pool_last->next = object;
	else
		pool_first = object;
	pool_last = object;
	pool_size++;
	unlock_pool();
}

// --- life cycle ---------------------------------------------------------------

bool napi_object_open(const napi_object *object) { return object->session & 1; }
uint32_t napi_object_session(const napi_object *object) { return object->session; }

uintptr_t napi_object_attach(napi_object *object, uintptr_t handle) {
	uintptr_t have = 0;
	return atomic_compare_exchange_strong(&object->go, &have, handle) ? handle : have;
}

// drop_instance forgets the Go half, if there is one and Go may be entered.
static void drop_instance(napi_object *object) {
	uintptr_t handle = atomic_exchange(&object->go, 0);
	napi_failure why;
	if (handle && napi_go_allowed(&why)) napi_go_release(handle);
}

static bool NAPI_CALL init(void *self, napi_host *host) {
	napi_object *object = napi_self(self, 0);
	if (!host || !object->alive) return false;
	if (napi_object_open(object)) return object->host == host; // Init twice
	drop_instance(object); // of an earlier session: its events must not come into this one
	object->host = host;
	object->event_depth = host->table->GetEventBufferDepth(host);
	if (object->event_depth < EVENT_DEPTH) {
		host->table->SetEventBufferDepth(host, EVENT_DEPTH);
		object->event_depth = host->table->GetEventBufferDepth(host);
	}
	atomic_fetch_add(&object->session, 1);
	return true;
}

static bool NAPI_CALL set_memory(void *self, napi_memory *memory) {
	napi_self(self, 0)->memory = memory; // some hosts do this before Init
	return memory != NULL;
}

static long NAPI_CALL get_info(void *self) {
	(void)self;
	return 2000; // version 2.0 of the technology
}

// close_session ends the time in which events may reach the host: no new one
// from the first line on. Then the Go half stops its goroutines, so that
// usually nothing is in flight any more when we look. A forked child has none
// of the threads that either could wait for.
static void close_session(napi_object *object) {
	uint32_t session = object->session;
	if (!(session & 1) || !atomic_compare_exchange_strong(&object->session, &session, session + 1)) return;
	if (napi_guest_forked()) return;
	int64_t deadline = napi_guest_clock() + DONE_TIMEOUT;
	uintptr_t handle = object->go;
	napi_failure why;
	if (handle && napi_go_allowed(&why)) napi_go_done(handle);
	napi_events_settle(object, deadline);
}

static void NAPI_CALL done(void *self) { close_session(napi_self(self, 0)); }

static bool destroy(napi_object *object) {
	bool alive = true;
	if (!atomic_compare_exchange_strong(&object->alive, &alive, false)) return false;
	close_session(object);
	drop_instance(object);
	give_object(object);
	return true;
}

static void copy_text(napi_char *to, size_t room, const napi_char *from) {
	size_t i = 0;
	for (; from && from[i] && i + 1 < room; i++) to[i] = from[i];
	to[i] = 0;
}

// The platform's locale names are junk for setlocale, which is global to the
// process anyway: they are kept for Диагностика and for the language of texts.
static void NAPI_CALL set_locale(void *self, const napi_char *name) {
	napi_object *object = napi_self(self, 2);
	copy_text(object->locale, sizeof object->locale / sizeof *object->locale, name);
}

static void NAPI_CALL set_language(void *self, const napi_char *name) {
	napi_object *object = napi_self(self, 3);
	copy_text(object->language, sizeof object->language / sizeof *object->language, name);
}

// --- destructors ----------------------------------------------------------------

// Some hosts say `delete component` instead of DestroyObject. A destructor
// without the deallocation only ends the session: what remains is memory.
#ifdef _WIN32
#define DESTRUCTORS(base)                                                       \
	static void *NAPI_THISCALL delete_##base(void *self, unsigned flags) {      \
		if (flags & 1)                                                          \
			destroy(napi_self(self, base));                                     \
		else                                                                    \
			close_session(napi_self(self, base));                               \
		return self;                                                            \
	}
#define DESTRUCTOR(base) {delete_##base}
#else
#define DESTRUCTORS(base)                                                       \
	static void complete_##base(void *self) { close_session(napi_self(self, base)); } \
	static void delete_##base(void *self) { destroy(napi_self(self, base)); }
#define DESTRUCTOR(base) {complete_##base, delete_##base}
#endif

DESTRUCTORS(0)
DESTRUCTORS(1)
DESTRUCTORS(2)
DESTRUCTORS(3)

// --- vtables -----------------------------------------------------------------------

static const napi_life_table life_table = {
	.destructor = DESTRUCTOR(0),
	.Init = init,
	.setMemManager = set_memory,
	.GetInfo = get_info,
	.Done = done,
};

static const napi_language_table language_table = {
	.destructor = DESTRUCTOR(1),
	.RegisterExtensionAs = napi_register_extension,
	.GetNProps = napi_property_count,
	.FindProp = napi_find_property,
	.GetPropName = napi_property_name,
	.GetPropVal = napi_get_property,
	.SetPropVal = napi_set_property,
	.IsPropReadable = napi_property_readable,
	.IsPropWritable = napi_property_writable,
	.GetNMethods = napi_method_count,
	.FindMethod = napi_find_method,
	.GetMethodName = napi_method_name,
	.GetNParams = napi_param_count,
	.GetParamDefValue = napi_param_default,
	.HasRetVal = napi_method_returns,
	.CallAsProc = napi_call_procedure,
	.CallAsFunc = napi_call_function,
};

static const napi_text_table locale_table = {.destructor = DESTRUCTOR(2), .set = set_locale};
static const napi_text_table user_language_table = {.destructor = DESTRUCTOR(3), .set = set_language};

// --- what the platform tells about itself ----------------------------------------------

// GetInterface returns a pointer to an empty base class. MSVC places that
// base behind the vptr, so on Windows the object lies one word before.
static void *get_interface(napi_host *host, int32_t which) {
	char *found = host->table->GetInterface(host, which);
#ifdef _WIN32
	if (found) found -= sizeof(void *);
#endif
	return found;
}

void napi_platform_read(napi_object *object, napi_platform *out) {
	*out = (napi_platform){
		.application = -1,
		.attached = -1,
		.locale = object->locale,
		.language = object->language,
		.event_depth = object->event_depth,
	};
	if (!napi_object_open(object)) return;
	if (platform_capabilities >= 1) {
		napi_platform_info *info = get_interface(object->host, NAPI_PLATFORM_INFO);
		const napi_app_info *app = info ? info->table->GetPlatformInfo(info) : NULL;
		if (app) {
			out->version = app->version;
			out->user_agent = app->user_agent;
			out->application = app->application;
		}
	}
	if (platform_capabilities >= 2) {
		napi_attached_info *info = get_interface(object->host, NAPI_ATTACHED_INFO);
		if (info) out->attached = info->table->GetAttachedInfo(info);
	}
}

// --- exports ---------------------------------------------------------------------------

NAPI_EXPORT const napi_char *GetClassNames(void) { return napi_class_names(); }

// The result is a constant and not the pointer: `long` is 32 bits on Win64,
// and half a pointer may be 0.
NAPI_EXPORT long GetClassObject(const napi_char *name, void **out) {
	if (!name || !out || *out || !napi_is_class(name)) return 0;
	napi_guest_refresh();
	napi_object *object = take_object();
	if (!object) return 0;
	object->vptr[0] = life_table.destructor;
	object->vptr[1] = language_table.destructor;
	object->vptr[2] = locale_table.destructor;
	object->vptr[3] = user_language_table.destructor;
	atomic_store(&object->alive, true);
	*out = object;
	return 1;
}

NAPI_EXPORT long DestroyObject(void **object) {
	if (!object || !*object) return -1;
	bool destroyed = destroy(*object);
	*object = NULL;
	return destroyed ? 0 : -1;
}

NAPI_EXPORT int32_t SetPlatformCapabilities(int32_t capabilities) {
	atomic_store(&platform_capabilities, capabilities);
	return CAPABILITIES;
}

// eCanAttachAny: in an isolated process a crash costs least, in the client's
// own the events are proven.
NAPI_EXPORT int32_t GetAttachType(void) { return 3; }
