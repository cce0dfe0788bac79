// A small strict JSON reader (RFC 8259). Strings are kept as UTF-16, because
// that is what the component takes and because a lone \ud800 must survive.
#ifndef NAPI_HOST_JSON_H
#define NAPI_HOST_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

typedef struct json json;
struct json {
	enum json_type type;
	bool boolean;
	bool integral;   // number: written without fraction, fits int64
	int64_t integer; // valid when integral
	double number;
	wch *str; // string: NUL-terminated for convenience, len is what counts
	size_t len;
	wch *key; // member of an object: its name
	size_t key_len;
	json *first, *next; // children of an array or object
};

// Where parsed values live; freed as a whole.
typedef struct json_arena json_arena;
json_arena *json_arena_new(void);
void json_arena_free(json_arena *a);

// Parses exactly one value from n bytes. On failure returns NULL and sets
// *why to a static text and *at to the offset.
json *json_parse(json_arena *a, const char *text, size_t n, const char **why, size_t *at);

// Member of an object by ASCII name; the last one wins, as in most readers.
// NULL when absent or when j is no object.
const json *json_get(const json *j, const char *key);

size_t json_count(const json *j); // children of an array or object

#endif
