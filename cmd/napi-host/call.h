// Shared by the requests: what is loaded, and the requests of call.c.
#ifndef NAPI_HOST_CALL_H
#define NAPI_HOST_CALL_H

#include "json.h"
#include "object.h"

// Everything loaded and made so far. Main thread only.
struct table {
	library **libraries;
	size_t libraries_len;
	object **objects; // index = id − 1; kept after destruction
	size_t objects_len;
	bool quit;
};
extern struct table table;

// Appends kind and error to an answer; always returns false.
bool fail(buf *out, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

// A member of the request of the right type; NULL after fail.
const json *want(const json *req, const char *key, enum json_type type, buf *out);

// The object that a request names (the newest when it names none).
object *find_object(const json *req, buf *out);

bool op_describe(const json *req, buf *out);
bool op_call(const json *req, buf *out);
bool op_get(const json *req, buf *out);
bool op_set(const json *req, buf *out);

#endif
