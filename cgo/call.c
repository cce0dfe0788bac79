//go:build cgo

// Real calls: one crossing into Go each. Go reads the platform's variants and
// writes scalars in place; texts and blobs come back in a scratch buffer and
// are moved here to memory of the platform, as a crossing back only for its
// AllocMemory would cost as much as the whole call.
#include <stdlib.h>
#include <string.h>

#include "object.h"

#include "_cgo_export.h"

enum { ADDIN_E_FAIL = 1006 }; // AddError's code for "failed", without a dialog

// UTF-16 units on the stack of the caller: most answers fit, larger ones come
// from malloc.
enum { SCRATCH = 512 };

static const napi_char error_source[] = u"AddIn.MangoOfficeSDK";

// --- failures ---------------------------------------------------------------------

// english tells the language of texts: Russian, unless the platform speaks
// another one.
static bool english(const napi_object *object) {
	const napi_char *said = object->language[0] ? object->language : object->locale;
	if (!said[0]) return false;
	return !((said[0] | 0x20) == 'r' && (said[1] | 0x20) == 'u');
}

// raise makes an exception in BSL; it runs on the thread of the host's call,
// the only one that AddError may be used on. It returns what the call returns.
static bool raise_text(napi_object *object, const napi_char *text) {
	if (napi_object_open(object)) object->host->table->AddError(object->host, ADDIN_E_FAIL, error_source, text, 1);
	return false;
}

static bool raise_failure(napi_object *object, napi_failure failure) {
	return raise_text(object, napi_failure_text(failure, english(object)));
}

bool napi_go_allowed(napi_failure *why) {
	if (napi_guest_forked()) {
		*why = NAPI_FAIL_FORKED;
		return false;
	}
	if (napi_guest_stack_too_big()) {
		*why = NAPI_FAIL_STACK;
		return false;
	}
	napi_guest_thread();
	return true;
}

// --- memory of the platform ----------------------------------------------------------

void *napi_allocate(napi_object *object, unsigned long bytes) {
	void *memory = NULL;
	if (!object->memory || !object->memory->table->AllocMemory(object->memory, &memory, bytes)) return NULL;
	return memory;
}

static void release(napi_object *object, void *memory) {
	if (memory && object->memory) object->memory->table->FreeMemory(object->memory, &memory);
}

// copy_out copies what Go left into memory of the platform, with a NUL behind
// it that no length counts: a text needs one where careless hosts read it, and
// an allocation of zero bytes is undefined.
static void *copy_out(napi_object *object, const void *data, size_t bytes) {
	char *to = napi_allocate(object, bytes + sizeof(napi_char));
	if (!to) return NULL;
	if (bytes) memcpy(to, data, bytes);
	memset(to + bytes, 0, sizeof(napi_char));
	return to;
}

// replace puts a text into an out-parameter. What lies there belongs to the
// platform's memory manager and is ours to free.
static void replace(napi_object *object, napi_variant *variant, napi_char *chars, uint32_t length) {
	void *old = NULL;
	if (variant->vt == NAPI_VT_PWSTR) old = variant->u.text.chars;
	if (variant->vt == NAPI_VT_PSTR || variant->vt == NAPI_VT_BLOB) old = variant->u.blob.bytes;
	variant->vt = NAPI_VT_EMPTY;
	release(object, old);
	variant->u.text.chars = chars;
	variant->u.text.length = length;
	variant->vt = NAPI_VT_PWSTR; // last: who looks at the type finds the rest in place
}

// --- calls ---------------------------------------------------------------------------

// instance gives the handle of the Go half, made at the first real call.
static uintptr_t instance(napi_object *object) {
	uintptr_t handle = object->go;
	if (handle) return handle;
	napi_guest_refresh();
	return napi_go_open(object);
}

// deliver moves the answer into the platform's variants: all memory first, so
// that a failure leaves nothing half done.
static bool deliver(napi_object *object, napi_call *call, napi_variant *out) {
	napi_variant *result = call->result;
	bool has_text = result && call->value_vt == NAPI_VT_PWSTR;
	bool has_blob = result && call->value_vt == NAPI_VT_BLOB;
	void *value = NULL;
	if (has_text) value = copy_out(object, result->u.text.chars, result->u.text.length * sizeof(napi_char));
	if (has_blob) value = copy_out(object, result->u.blob.bytes, result->u.blob.length);
	if ((has_text || has_blob) && !value) return raise_failure(object, NAPI_FAIL_MEMORY);

	// An empty text over an empty text needs no memory: the usual success.
	if (out && (call->text_length || out->vt != NAPI_VT_PWSTR || out->u.text.length)) {
		void *error = copy_out(object, call->text, call->text_length * sizeof(napi_char));
		if (!error) {
			release(object, value);
			return raise_failure(object, NAPI_FAIL_MEMORY);
		}
		replace(object, out, error, call->text_length);
	}

	if (!result) return true;
	if (has_text) result->u.text.chars = value;
	if (has_blob) result->u.blob.bytes = value;
	result->vt = call->value_vt;
	return true;
}

// cross enters Go once and hands back its answer. `out` is the out-parameter.
static bool cross(napi_call *call, napi_variant *out) {
	napi_object *object = call->object;
	napi_char scratch[SCRATCH];
	napi_failure why;
	if (call->result) call->result->vt = NAPI_VT_EMPTY;
	if (!napi_object_open(object)) return false; // before Init or after Done: there is nobody to tell
	if (!napi_go_allowed(&why)) return raise_failure(object, why);
	call->handle = instance(object);
	if (!call->handle) return raise_failure(object, NAPI_FAIL_INTERNAL);
	call->scratch = scratch;
	call->scratch_length = SCRATCH;
	napi_go_call(call);

	bool ok = false;
	switch (call->status) {
	case NAPI_STATUS_OK: ok = deliver(object, call, out); break;
	case NAPI_STATUS_RAISE: ok = raise_text(object, call->text); break;
	case NAPI_STATUS_CLOSED: ok = raise_failure(object, NAPI_FAIL_STOPPING); break;
	default: ok = raise_failure(object, NAPI_FAIL_INTERNAL);
	}
	free(call->value_heap);
	free(call->text_heap);
	return ok;
}

// begin fills in what Go needs to know. Field by field: gcc clears a structure
// of this size with `rep stos`, which took a tenth of an empty call.
static void begin(napi_call *call, void *self, int32_t operation, long index, napi_variant *params, long count, napi_variant *result) {
	call->object = napi_self(self, 1);
	call->operation = operation;
	call->index = (int32_t)index;
	call->params = params;
	call->count = count < NAPI_MAX_COUNT ? (int32_t)count : NAPI_MAX_COUNT;
	call->known = call->count;
	call->result = result;
	call->value_heap = NULL;
	call->text_heap = NULL;
}

static bool call_method(void *self, long index, napi_variant *result, napi_variant *params, long count) {
	if (index < 0 || index >= napi_method_count(self) || count < 0 || (count && !params)) return false;
	napi_call call;
	begin(&call, self, NAPI_OP_CALL, index, params, count, result);
	// Too many arguments are refused by Go, with words; an absurd number comes
	// from a broken host, and so may the memory behind it.
	long declared = napi_param_count(self, index);
	if (call.known > declared) call.known = (int32_t)declared;
	long out = napi_out_param(index);
	return cross(&call, out >= 0 && out < call.known ? &params[out] : NULL);
}

// A function may be called as a procedure: its result is dropped, and not
// even encoded.
bool NAPI_CALL napi_call_procedure(void *self, long index, napi_variant *params, long count) {
	return call_method(self, index, NULL, params, count);
}

// A procedure called as a function gives Неопределено: hosts that know only
// one kind of method exist.
bool NAPI_CALL napi_call_function(void *self, long index, napi_variant *result, napi_variant *params, long count) {
	return call_method(self, index, result, params, count);
}

bool NAPI_CALL napi_get_property(void *self, long index, napi_variant *value) {
	if (!value || !napi_property_readable(self, index)) return false;
	napi_call call;
	begin(&call, self, NAPI_OP_GET, index, NULL, 0, value);
	return cross(&call, NULL);
}

bool NAPI_CALL napi_set_property(void *self, long index, napi_variant *value) {
	if (!value || !napi_property_writable(self, index)) return false;
	napi_call call;
	begin(&call, self, NAPI_OP_SET, index, value, 1, NULL);
	return cross(&call, NULL);
}
