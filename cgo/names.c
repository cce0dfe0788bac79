//go:build cgo

// Answers from the generated table: what 1C asks while it compiles BSL and
// before each call. None of it enters Go: on Windows one entry costs three
// system calls, and objects made only to be asked must cost nothing.
#include <string.h>

#include "object.h"

// The generated tables are made of these.
typedef struct {
	const napi_char *text;
	uint32_t length;
} napi_text;

typedef struct {
	uint16_t vt; // NAPI_VT_EMPTY: no default, the argument is required
	int32_t integer;
	double real;
	napi_text text;
} napi_default;

typedef struct {
	napi_text name[2]; // by alias: 0 English, 1 Russian
	const napi_default *defaults;
	uint8_t params;   // the out-parameter included
	uint8_t returns;  // a function
	uint8_t fallible; // the last parameter is the out-parameter
} napi_method;

typedef struct {
	napi_text name[2];
	uint8_t readable, writable;
} napi_property;

// An index of names: open addressing over the sampled hash below, filled by
// the generator, which picks the multiplier with the fewest collisions.
typedef struct {
	const uint16_t *slots; // 1 + 2*index + alias; 0 is free
	uint32_t mask, multiplier, longest;
} napi_index;

#define NAPI_TEXT(s) {s, sizeof(s) / sizeof(napi_char) - 1}

#ifdef NAPI_PROBE
#include "table_probe_gen.h"
#else
#include "table_gen.h"
#endif

// fold makes letters small: ASCII, Cyrillic with Ё and its neighbours. The C
// library cannot: in the "C" locale it folds no Cyrillic, and the locale
// belongs to the host.
static inline napi_char fold(napi_char c) {
	if ((napi_char)(c - 'A') < 26 || (napi_char)(c - 0x410) < 32) return c + 0x20;
	if ((napi_char)(c - 0x400) < 16) return c + 0x50;
	return c;
}

// hash looks at the length and four letters only; build/gen computes the same.
static inline uint32_t hash(const napi_char *name, uint32_t length, uint32_t multiplier) {
	uint32_t h = length;
	h = h * multiplier + fold(name[0]);
	h = h * multiplier + fold(name[length / 3]);
	h = h * multiplier + fold(name[length / 2]);
	h = h * multiplier + fold(name[length - 1]);
	h *= multiplier;
	return h ^ h >> 15;
}

static bool same(const napi_char *a, const napi_char *b, uint32_t length) {
	for (uint32_t i = 0; i < length; i++)
		if (a[i] != b[i] && fold(a[i]) != fold(b[i])) return false;
	return true;
}

// find_name returns the index of a name in either language, or −1. The names
// of one kind lie `stride` bytes apart.
static long find_name(const napi_index *index, const void *names, size_t stride, const napi_char *name) {
	if (!name) return -1;
	uint32_t length = 0;
	while (name[length])
		if (++length > index->longest) return -1;
	if (!length) return -1;
	uint32_t at = hash(name, length, index->multiplier) & index->mask;
	for (uint16_t slot; (slot = index->slots[at]); at = (at + 1) & index->mask) {
		uint32_t i = (uint32_t)(slot - 1) >> 1;
		const napi_text *text = (const napi_text *)((const char *)names + i * stride) + ((slot - 1) & 1);
		if (text->length == length && same(text->text, name, length)) return (long)i;
	}
	return -1;
}

static const napi_method *method_at(long index) {
	return index >= 0 && index < NAPI_METHODS ? &napi_methods[index] : NULL;
}

static const napi_property *property_at(long index) {
	return index >= 0 && index < NAPI_PROPERTIES ? &napi_properties[index] : NULL;
}

// copy gives a NUL-terminated copy that the platform will free, or NULL.
static napi_char *copy(napi_object *object, const napi_text *text) {
	unsigned long bytes = text->length * sizeof(napi_char);
	napi_char *to = napi_allocate(object, bytes + sizeof(napi_char));
	if (!to) return NULL;
	memcpy(to, text->text, bytes);
	to[text->length] = 0;
	return to;
}

// --- the class -----------------------------------------------------------------

const napi_char *napi_class_names(void) { return napi_class.text; }

bool napi_is_class(const napi_char *name) {
	uint32_t i = 0;
	while (i < napi_class.length && name[i] == napi_class.text[i]) i++;
	return i == napi_class.length && name[i] == 0;
}

bool NAPI_CALL napi_register_extension(void *self, napi_char **name) {
	if (!name) return false;
	*name = copy(napi_self(self, 1), &napi_class);
	return *name != NULL;
}

const napi_char *napi_failure_text(napi_failure failure, bool english) { return napi_failures[failure][!english]; }

// --- properties -----------------------------------------------------------------

long NAPI_CALL napi_property_count(void *self) {
	(void)self;
	return NAPI_PROPERTIES;
}

long NAPI_CALL napi_find_property(void *self, const napi_char *name) {
	(void)self;
	return find_name(&napi_property_index, napi_properties, sizeof *napi_properties, name);
}

const napi_char *NAPI_CALL napi_property_name(void *self, long index, long alias) {
	const napi_property *property = property_at(index);
	if (!property || alias < 0 || alias > 1) return NULL;
	return copy(napi_self(self, 1), &property->name[alias]);
}

bool NAPI_CALL napi_property_readable(void *self, long index) {
	(void)self;
	const napi_property *property = property_at(index);
	return property && property->readable;
}

bool NAPI_CALL napi_property_writable(void *self, long index) {
	(void)self;
	const napi_property *property = property_at(index);
	return property && property->writable;
}

// --- methods --------------------------------------------------------------------

long NAPI_CALL napi_method_count(void *self) {
	(void)self;
	return NAPI_METHODS;
}

long NAPI_CALL napi_find_method(void *self, const napi_char *name) {
	(void)self;
	return find_name(&napi_method_index, napi_methods, sizeof *napi_methods, name);
}

const napi_char *NAPI_CALL napi_method_name(void *self, long index, long alias) {
	const napi_method *method = method_at(index);
	if (!method || alias < 0 || alias > 1) return NULL;
	return copy(napi_self(self, 1), &method->name[alias]);
}

long NAPI_CALL napi_param_count(void *self, long index) {
	(void)self;
	const napi_method *method = method_at(index);
	return method ? method->params : 0;
}

bool NAPI_CALL napi_method_returns(void *self, long index) {
	(void)self;
	const napi_method *method = method_at(index);
	return method && method->returns;
}

long napi_out_param(long index) {
	const napi_method *method = method_at(index);
	return method && method->fallible ? method->params - 1 : -1;
}

// No default: false with EMPTY, as 1C's own template answers; hosts differ in
// which of the two they look at.
bool NAPI_CALL napi_param_default(void *self, long index, long param, napi_variant *value) {
	if (!value) return false;
	value->vt = NAPI_VT_EMPTY;
	const napi_method *method = method_at(index);
	if (!method || param < 0 || param >= method->params) return false;
	const napi_default *given = &method->defaults[param];
	switch (given->vt) {
	case NAPI_VT_I4: value->u.i4 = given->integer; break;
	case NAPI_VT_R8: value->u.real = given->real; break;
	case NAPI_VT_BOOL: value->u.boolean = given->integer != 0; break;
	case NAPI_VT_PWSTR:
		value->u.text.chars = copy(napi_self(self, 1), &given->text);
		if (!value->u.text.chars) return false;
		value->u.text.length = given->text.length;
		break;
	default: return false;
	}
	value->vt = given->vt;
	return true;
}
