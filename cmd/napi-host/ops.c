#include "ops.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "json.h"
#include "memory.h"
#include "object.h"
#include "os.h"

struct table table;

bool fail(buf *out, const char *kind, const char *format, ...)
{
	char text[400];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	buf_str(out, ",\"kind\":");
	buf_json_text(out, kind);
	buf_str(out, ",\"error\":");
	buf_json_text(out, text);
	return false;
}

const json *want(const json *req, const char *key, enum json_type type, buf *out)
{
	const json *j = json_get(req, key);
	if (j == NULL || j->type != type) {
		static const char *const names[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
		fail(out, "request", "%s: want %s", key, names[type]);
		return NULL;
	}
	return j;
}

object *find_object(const json *req, buf *out)
{
	const json *j = json_get(req, "object");
	long id = table.objects_len > 0 ? table.objects[table.objects_len - 1]->id : 0;
	if (j != NULL)
		id = j->type == JSON_NUMBER && j->integral ? (long)j->integer : 0;
	if (id < 1 || (size_t)id > table.objects_len || table.objects[id - 1]->self == NULL) {
		fail(out, "request", "object: no living object %ld", id);
		return NULL;
	}
	return table.objects[id - 1];
}

static void classes_json(const library *lib, buf *out)
{
	const wch *names = lib->class_names();
	size_t n = names != NULL ? wide_len(names) : 0, from = 0;
	buf_str(out, "[");
	for (size_t i = 0; i <= n && n > 0; i++) {
		if (i < n && names[i] != '|')
			continue;
		buf_str(out, from > 0 ? "," : "");
		buf_json_wide(out, names + from, i - from);
		from = i + 1;
	}
	buf_str(out, "]");
}

static bool op_load(const json *req, buf *out)
{
	const json *path = want(req, "path", JSON_STRING, out);
	if (path == NULL)
		return false;
	library *lib = xmalloc(sizeof *lib);
	char text[400];
	long code = 0;
	int64_t t0 = os_now_ns();
	const char *why = library_load(lib, path->str, &code, text, sizeof text);
	int64_t t1 = os_now_ns();
	if (why != NULL) {
		free(lib);
		buf_fmt(out, ",\"os_error\":%ld", code);
		return fail(out, "load", "%s", why);
	}
	table.libraries = xrealloc(table.libraries, (table.libraries_len + 1) * sizeof *table.libraries);
	table.libraries[table.libraries_len++] = lib;
	buf_fmt(out, ",\"result\":{\"library\":%lu,\"classes\":", (unsigned long)table.libraries_len);
	classes_json(lib, out);
	buf_fmt(out, ",\"capabilities\":%d,\"attach\":%d,\"load_ns\":%lld}", (int)lib->capabilities,
		(int)lib->attach_type, (long long)(t1 - t0));
	return true;
}

static library *find_library(const json *req, buf *out)
{
	const json *j = json_get(req, "library");
	size_t n = j != NULL && j->integral && j->integer > 0 ? (size_t)j->integer : table.libraries_len;
	if (n < 1 || n > table.libraries_len) {
		fail(out, "request", "library: load one first");
		return NULL;
	}
	return table.libraries[n - 1];
}

static bool op_classes(const json *req, buf *out)
{
	library *lib = find_library(req, out);
	if (lib == NULL)
		return false;
	buf_str(out, ",\"result\":");
	classes_json(lib, out);
	return true;
}

static const wch *optional_string(const json *req, const char *key, const wch *fallback)
{
	const json *j = json_get(req, key);
	return j != NULL && j->type == JSON_STRING ? j->str : fallback;
}

static bool op_create(const json *req, buf *out)
{
	static const wch ru_RU[] = {'r', 'u', '_', 'R', 'U', 0}, ru[] = {'r', 'u', 0};
	library *lib = find_library(req, out);
	const json *class_name = lib != NULL ? want(req, "class", JSON_STRING, out) : NULL;
	if (class_name == NULL)
		return false;
	const json *order = json_get(req, "order");
	bool onescript = order != NULL && order->type == JSON_STRING && wide_is(order->str, order->len, "onescript");
	object *o = xmalloc(sizeof *o);
	*o = (object){.id = (int)table.objects_len + 1, .lib = lib};
	const char *why = object_create(o, class_name->str, onescript ? ORDER_ONESCRIPT : ORDER_PLATFORM,
		optional_string(req, "locale", ru_RU), optional_string(req, "language", ru));
	if (why != NULL) {
		free(o);
		return fail(out, "create", "%s", why);
	}
	table.objects = xrealloc(table.objects, (table.objects_len + 1) * sizeof *table.objects);
	table.objects[table.objects_len++] = o;
	buf_fmt(out, ",\"result\":{\"object\":%d,\"info\":%ld,\"depth\":%ld,\"extension\":", o->id, o->info, o->conn->depth);
	buf_json_text(out, o->extension.p != NULL ? o->extension.p : "");
	buf_str(out, "}");
	return true;
}

static bool op_done(const json *req, buf *out)
{
	object *o = find_object(req, out);
	if (o == NULL)
		return false;
	object_done(o);
	return true;
}

static bool op_destroy(const json *req, buf *out)
{
	object *o = find_object(req, out);
	if (o == NULL)
		return false;
	return object_destroy(o) || fail(out, "destroy", "DestroyObject reports an error");
}

static bool op_delete(const json *req, buf *out)
{
	object *o = find_object(req, out);
	if (o == NULL)
		return false;
	object_delete(o);
	return true;
}

// The platform as the next objects (and GetInterface of all) see it.
static bool op_platform(const json *req, buf *out)
{
	const json *application = want(req, "application", JSON_NUMBER, out);
	if (application == NULL)
		return false;
	const json *isolated = json_get(req, "isolated");
	host_platform((int)application->integer,
		isolated != NULL && isolated->boolean ? ATTACHED_ISOLATED : ATTACHED_NOT_ISOLATED);
	return true;
}

static bool op_refuse(const json *req, buf *out)
{
	object *o = find_object(req, out);
	const json *count = o != NULL ? want(req, "count", JSON_NUMBER, out) : NULL;
	if (count == NULL)
		return false;
	queue_lock();
	o->conn->refuse = (long)count->integer;
	queue_unlock();
	return true;
}

static bool op_hold(const json *req, buf *out)
{
	const json *on = want(req, "on", JSON_BOOL, out);
	if (on == NULL)
		return false;
	queue_hold(on->boolean);
	return true;
}

// Changes the depth of the queue behind the component's back, as a platform
// with limits of its own might.
static bool op_depth(const json *req, buf *out)
{
	object *o = find_object(req, out);
	const json *depth = o != NULL ? want(req, "depth", JSON_NUMBER, out) : NULL;
	if (depth == NULL)
		return false;
	queue_lock();
	o->conn->depth = (long)depth->integer;
	queue_unlock();
	return true;
}

static bool op_echo(const json *req, buf *out)
{
	const json *value = json_get(req, "value");
	if (value == NULL)
		return fail(out, "request", "value: want any value");
	variant v;
	const char *why = variant_from_json(&v, value);
	if (why != NULL)
		return fail(out, "value", "%s", why);
	buf_fmt(out, ",\"vt\":\"%s\",\"result\":", variant_type(&v));
	variant_json(out, &v);
	variant_clear(&v, "the echoed value");
	return true;
}

static void stats_json(buf *out)
{
	buf_fmt(out, ",\"result\":{\"os\":\"%s\",\"arch\":\"%s\",\"allocations\":%ld,\"allocated\":%ld", os_name(),
		os_arch(), memory_outstanding(), memory_allocations());
	buf_str(out, ",\"objects\":[");
	for (size_t i = 0; i < table.objects_len; i++) {
		object *o = table.objects[i];
		queue_lock();
		host_conn c = *o->conn;
		queue_unlock();
		buf_fmt(out,
			"%s{\"object\":%d,\"alive\":%s,\"depth\":%ld,\"waiting\":%ld,\"taken\":%ld,\"refused\":%ld,\"dropped\":%ld}",
			i > 0 ? "," : "", o->id, o->self != NULL ? "true" : "false", c.depth, c.waiting, c.taken, c.refused,
			c.dropped);
	}
	buf_fmt(out, "],\"violations_count\":%ld,\"violations\":", violations_count());
	violations_json(out);
	buf_str(out, "}");
}

static bool op_stats(const json *req, buf *out)
{
	(void)req;
	stats_json(out);
	return true;
}

// Ends what still lives, as the platform does when it closes, and tells what
// was left over.
static bool op_quit(const json *req, buf *out)
{
	(void)req;
	for (size_t i = 0; i < table.objects_len; i++) {
		object *o = table.objects[i];
		if (o->self == NULL)
			continue;
		if (!o->done)
			object_done(o);
		object_destroy(o);
	}
	stats_json(out);
	table.quit = true;
	return true;
}

static const struct {
	const char *name;
	bool (*run)(const json *req, buf *out);
} ops[] = {
	{"load", op_load}, {"classes", op_classes}, {"create", op_create}, {"describe", op_describe},
	{"call", op_call}, {"get", op_get}, {"set", op_set}, {"done", op_done}, {"destroy", op_destroy},
	{"delete", op_delete}, {"platform", op_platform}, {"refuse", op_refuse}, {"hold", op_hold},
	{"depth", op_depth}, {"echo", op_echo}, {"stats", op_stats}, {"quit", op_quit},
};

static bool run(const json *req, buf *out)
{
	const json *op = want(req, "op", JSON_STRING, out);
	if (op == NULL)
		return false;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (wide_is(op->str, op->len, ops[i].name))
			return ops[i].run(req, out);
	return fail(out, "request", "op: unknown");
}

void ops_write(buf *line)
{
	buf_str(line, "\n");
	if (fwrite(line->p, 1, line->len, stdout) != line->len || fflush(stdout) != 0)
		exit(4);
	buf_free(line);
}

bool ops_request(const request *r)
{
	buf rest = {0}, line = {0};
	json_arena *arena = json_arena_new();
	const char *why = NULL;
	size_t at = 0;
	bool ok;
	json *req = r->eof ? NULL : json_parse(arena, r->line, r->len, &why, &at);
	int64_t t0 = os_now_ns();
	if (r->eof)
		ok = op_quit(NULL, &rest);
	else if (req == NULL)
		ok = fail(&rest, "json", "%s (at byte %lu)", why, (unsigned long)at);
	else
		ok = run(req, &rest);
	int64_t ns = os_now_ns() - t0;
	const json *id = json_get(req, "id");
	if (id != NULL && id->type == JSON_NUMBER && id->integral)
		buf_fmt(&line, "{\"id\":%lld", (long long)id->integer);
	else
		buf_str(&line, "{\"id\":null");
	buf_fmt(&line, ",\"ok\":%s,\"ns\":%lld", ok ? "true" : "false", (long long)ns);
	if (rest.len > 0)
		buf_add(&line, rest.p, rest.len);
	buf_str(&line, ",\"errors\":");
	errors_take(&line);
	buf_str(&line, "}");
	ops_write(&line);
	buf_free(&rest);
	json_arena_free(arena);
	return !table.quit;
}

void ops_event(const event *e)
{
	static const char *const keys[] = {"source", "message", "data"};
	buf line = {0};
	buf_fmt(&line, "{\"event\":{\"object\":%d,\"at_ns\":%lld,\"foreign\":%s", e->conn->object, (long long)e->at_ns,
		e->foreign ? "true" : "false");
	for (int i = 0; i < 3; i++) {
		buf_fmt(&line, ",\"%s\":", keys[i]);
		buf_json_wide(&line, e->text[i], e->len[i]);
	}
	buf_str(&line, "}}");
	ops_write(&line);
}
