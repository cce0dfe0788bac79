// The requests that use the extender interface: describe, call, get, set.
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

// More than any method of BSL has.
enum { MAX_ARGS = 64 };

static bool has_default(object *o, long method, long param, variant *v)
{
	memset(v, 0, sizeof *v);
	return object_default(o, method, param, v) && v->vt != VT_EMPTY;
}

static void describe_params(object *o, long method, buf *out)
{
	long n = object_nparams(o, method);
	buf_str(out, "[");
	for (long p = 0; p < n; p++) {
		variant v;
		bool has = has_default(o, method, p, &v);
		buf_fmt(out, "%s{\"optional\":%s", p > 0 ? "," : "", has ? "true" : "false");
		if (has) {
			variant_check(&v, "a default value");
			buf_fmt(out, ",\"vt\":\"%s\",\"default\":", variant_type(&v));
			variant_json(out, &v);
		}
		variant_clear(&v, "a default value");
		buf_str(out, "}");
	}
	buf_str(out, "]");
}

bool op_describe(const json *req, buf *out)
{
	object *o = find_object(req, out);
	if (o == NULL)
		return false;
	buf_str(out, ",\"result\":{\"properties\":[");
	long n = object_nprops(o);
	for (long i = 0; i < n; i++) {
		buf_fmt(out, "%s{\"index\":%ld,\"name\":", i > 0 ? "," : "", i);
		object_prop_name(o, i, 0, out);
		buf_str(out, ",\"name_ru\":");
		object_prop_name(o, i, 1, out);
		buf_fmt(out, ",\"readable\":%s,\"writable\":%s}", object_prop_readable(o, i) ? "true" : "false",
			object_prop_writable(o, i) ? "true" : "false");
	}
	buf_str(out, "],\"methods\":[");
	n = object_nmethods(o);
	for (long i = 0; i < n; i++) {
		buf_fmt(out, "%s{\"index\":%ld,\"name\":", i > 0 ? "," : "", i);
		object_method_name(o, i, 0, out);
		buf_str(out, ",\"name_ru\":");
		object_method_name(o, i, 1, out);
		buf_fmt(out, ",\"function\":%s,\"params\":", object_has_ret(o, i) ? "true" : "false");
		describe_params(o, i, out);
		buf_str(out, "}");
	}
	buf_str(out, "]}");
	return true;
}

// Finds a method or property by name or by number. A number is passed on
// unchecked: what the component says to a wild one is worth a test.
static bool find_member(object *o, const json *req, const char *what, long (*find)(object *, const wch *), long *i,
	buf *out)
{
	const json *j = json_get(req, what);
	if (j != NULL && j->type == JSON_NUMBER && j->integral) {
		*i = (long)j->integer;
		return true;
	}
	*i = j != NULL && j->type == JSON_STRING ? find(o, j->str) : -1;
	return *i >= 0 || fail(out, "unknown", "%s: the component does not know it", what);
}

static bool truthy(const json *req, const char *key)
{
	const json *j = json_get(req, key);
	return j != NULL && j->type == JSON_BOOL && j->boolean;
}

// Fills the arguments as the platform does: what is missing, at the end or by
// {"omit":true}, gets the method's default. Returns the count, or −1 after
// fail; what was filled is then cleared.
static long fill_args(object *o, const json *req, long method, variant *args, buf *out)
{
	const json *given = json_get(req, "args"), *a = given != NULL ? given->first : NULL;
	bool raw = truthy(req, "raw"); // exactly what was given, even if wrong
	long have = given != NULL ? (long)json_count(given) : 0;
	long n = raw ? have : object_nparams(o, method);
	const char *why = NULL;
	long at = 0;
	if (given != NULL && given->type != JSON_ARRAY)
		why = "args: want an array";
	else if (n > MAX_ARGS || have > MAX_ARGS)
		why = "args: too many";
	else if (have > n)
		why = "too many actual parameters";
	for (; why == NULL && at < n; at++) {
		bool omitted = a == NULL || truthy(a, "omit");
		if (!omitted)
			why = variant_from_json(&args[at], a);
		else if (!has_default(o, method, at, &args[at]))
			why = "not enough actual parameters";
		if (a != NULL)
			a = a->next;
		if (why != NULL)
			break;
	}
	if (why == NULL)
		return n;
	for (long i = 0; i < at; i++)
		variant_clear(&args[i], "an argument");
	fail(out, "argument", "%s (argument %ld)", why, at + 1);
	return -1;
}

bool op_call(const json *req, buf *out)
{
	object *o = find_object(req, out);
	long method;
	if (o == NULL || !find_member(o, req, "method", object_find_method, &method, out))
		return false;
	variant args[MAX_ARGS], given[MAX_ARGS], ret;
	memset(&ret, 0, sizeof ret);
	long n = fill_args(o, req, method, args, out);
	if (n < 0)
		return false;
	memcpy(given, args, (size_t)n * sizeof *args);
	bool function = object_has_ret(o, method) && !truthy(req, "procedure");
	bool ok = function ? object_call_func(o, method, &ret, args, n) : object_call_proc(o, method, args, n);
	if (ok && function) {
		variant_check(&ret, "the result");
		buf_fmt(out, ",\"vt\":\"%s\",\"result\":", variant_type(&ret));
		variant_json(out, &ret);
	}
	buf_str(out, ",\"args\":[");
	for (long i = 0; i < n; i++) {
		// Only what the component put there is its own responsibility.
		if (memcmp(&given[i], &args[i], sizeof *args) != 0)
			variant_check(&args[i], "an out-parameter");
		buf_str(out, i > 0 ? "," : "");
		variant_json(out, &args[i]);
		variant_clear(&args[i], "an argument after the call");
	}
	buf_str(out, "]");
	variant_clear(&ret, "the result");
	return ok || fail(out, "exception", "the component returned false");
}

bool op_get(const json *req, buf *out)
{
	object *o = find_object(req, out);
	long i;
	if (o == NULL || !find_member(o, req, "property", object_find_prop, &i, out))
		return false;
	variant v;
	memset(&v, 0, sizeof v);
	bool ok = object_get_prop(o, i, &v);
	if (ok) {
		variant_check(&v, "the property");
		buf_fmt(out, ",\"vt\":\"%s\",\"result\":", variant_type(&v));
		variant_json(out, &v);
	}
	variant_clear(&v, "the property");
	return ok || fail(out, "exception", "the component returned false");
}

bool op_set(const json *req, buf *out)
{
	object *o = find_object(req, out);
	const json *value = json_get(req, "value");
	long i;
	if (o == NULL || !find_member(o, req, "property", object_find_prop, &i, out))
		return false;
	if (value == NULL)
		return fail(out, "request", "value: want any value");
	variant v;
	const char *why = variant_from_json(&v, value);
	if (why != NULL)
		return fail(out, "argument", "%s", why);
	bool ok = object_set_prop(o, i, &v);
	variant_clear(&v, "the value set");
	return ok || fail(out, "exception", "the component returned false");
}
