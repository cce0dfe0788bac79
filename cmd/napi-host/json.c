#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

// Nested deeper than any request of ours; keeps the recursion off the stack's
// end whatever arrives on stdin.
enum { MAX_DEPTH = 64 };

struct block {
	struct block *next;
	max_align_t data[];
};

struct json_arena {
	struct block *blocks;
};

json_arena *json_arena_new(void)
{
	json_arena *a = xmalloc(sizeof *a);
	a->blocks = NULL;
	return a;
}

void json_arena_free(json_arena *a)
{
	while (a->blocks != NULL) {
		struct block *b = a->blocks;
		a->blocks = b->next;
		free(b);
	}
	free(a);
}

static void *arena_alloc(json_arena *a, size_t n)
{
	struct block *b = xmalloc(sizeof *b + n);
	b->next = a->blocks;
	a->blocks = b;
	return b->data;
}

struct reader {
	json_arena *arena;
	const char *text;
	size_t at, n;
	int depth;
	const char *why;
};

static json *parse_value(struct reader *r);

static json *fail(struct reader *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	return NULL;
}

static int peek(const struct reader *r)
{
	return r->at < r->n ? (unsigned char)r->text[r->at] : -1;
}

static void skip_space(struct reader *r)
{
	for (int c = peek(r); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(r))
		r->at++;
}

static json *new_value(struct reader *r, enum json_type type)
{
	json *j = arena_alloc(r->arena, sizeof *j);
	memset(j, 0, sizeof *j);
	j->type = type;
	return j;
}

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

// Reads what follows a backslash into *out. False when malformed.
static bool parse_escape(struct reader *r, wch *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *at = c > 0 ? strchr(from, c) : NULL;
	if (at != NULL) {
		r->at++;
		*out = (wch)to[at - from];
		return true;
	}
	if (c != 'u' || r->n - r->at < 5)
		return false;
	unsigned v = 0;
	for (int i = 1; i <= 4; i++) {
		int d = hex_digit((unsigned char)r->text[r->at + i]);
		if (d < 0)
			return false;
		v = v << 4 | (unsigned)d;
	}
	r->at += 5;
	*out = (wch)v;
	return true;
}

// Reads a string into *str (NUL-terminated) and *len code units.
static bool parse_string(struct reader *r, wch **str, size_t *len)
{
	if (peek(r) != '"') {
		fail(r, "a string is expected");
		return false;
	}
	r->at++;
	// A sequence of k bytes gives at most k code units, so what is left up to
	// the closing quote bounds the size.
	size_t end = r->at;
	while (end < r->n && r->text[end] != '"')
		end += r->text[end] == '\\' ? 2 : 1;
	if (end >= r->n) {
		fail(r, "the string has no end");
		return false;
	}
	wch *out = arena_alloc(r->arena, (end - r->at + 1) * sizeof *out);
	size_t n = 0;
	while (r->at < end) {
		unsigned char c = (unsigned char)r->text[r->at];
		if (c == '\\') {
			r->at++;
			if (!parse_escape(r, &out[n++])) {
				fail(r, "a bad escape in a string");
				return false;
			}
			continue;
		}
		uint32_t rune;
		size_t k = utf8_decode(r->text + r->at, end - r->at, &rune);
		if (k == 0 || rune < 0x20) {
			fail(r, k == 0 ? "bad UTF-8 in a string" : "a control character in a string");
			return false;
		}
		n += wide_encode(rune, out + n);
		r->at += k;
	}
	r->at++;
	out[n] = 0;
	*str = out;
	*len = n;
	return true;
}

static size_t skip_digits(struct reader *r)
{
	size_t from = r->at;
	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at - from;
}

static json *parse_number(struct reader *r)
{
	size_t from = r->at;
	bool integral = true;
	if (peek(r) == '-')
		r->at++;
	bool zero = peek(r) == '0';
	size_t digits = skip_digits(r);
	if (digits == 0 || (zero && digits > 1))
		return fail(r, "a bad number");
	if (peek(r) == '.') {
		integral = false;
		r->at++;
		if (skip_digits(r) == 0)
			return fail(r, "a bad number");
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		integral = false;
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (skip_digits(r) == 0)
			return fail(r, "a bad number");
	}
	size_t n = r->at - from;
	char *s = arena_alloc(r->arena, n + 1); // strtod wants an end; a number may be of any length
	memcpy(s, r->text + from, n);
	s[n] = 0;
	json *j = new_value(r, JSON_NUMBER);
	j->number = strtod(s, NULL);
	if (j->number - j->number != 0)
		return fail(r, "a number out of range");
	if (integral) {
		errno = 0;
		j->integer = strtoll(s, NULL, 10);
		j->integral = errno == 0;
	}
	return j;
}

static json *parse_word(struct reader *r)
{
	static const struct {
		const char *word;
		enum json_type type;
		bool boolean;
	} words[] = {{"null", JSON_NULL, false}, {"true", JSON_BOOL, true}, {"false", JSON_BOOL, false}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].word);
		if (r->n - r->at >= n && memcmp(r->text + r->at, words[i].word, n) == 0) {
			r->at += n;
			json *j = new_value(r, words[i].type);
			j->boolean = words[i].boolean;
			return j;
		}
	}
	return fail(r, "a value is expected");
}

static json *parse_container(struct reader *r, enum json_type type, int close)
{
	if (++r->depth > MAX_DEPTH)
		return fail(r, "nested too deep");
	json *j = new_value(r, type), **tail = &j->first;
	r->at++;
	skip_space(r);
	if (peek(r) == close) {
		r->at++;
		r->depth--;
		return j;
	}
	for (;;) {
		wch *key = NULL;
		size_t key_len = 0;
		skip_space(r);
		if (type == JSON_OBJECT) {
			if (!parse_string(r, &key, &key_len))
				return NULL;
			skip_space(r);
			if (peek(r) != ':')
				return fail(r, "a colon is expected");
			r->at++;
		}
		json *child = parse_value(r);
		if (child == NULL)
			return NULL;
		child->key = key;
		child->key_len = key_len;
		*tail = child;
		tail = &child->next;
		skip_space(r);
		int c = peek(r);
		if (c != ',' && c != close)
			return fail(r, "a comma or the end is expected");
		r->at++;
		if (c == close)
			break;
	}
	r->depth--;
	return j;
}

static json *parse_value(struct reader *r)
{
	skip_space(r);
	int c = peek(r);
	if (c == '{')
		return parse_container(r, JSON_OBJECT, '}');
	if (c == '[')
		return parse_container(r, JSON_ARRAY, ']');
	if (c == '"') {
		json *j = new_value(r, JSON_STRING);
		return parse_string(r, &j->str, &j->len) ? j : NULL;
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return parse_number(r);
	return parse_word(r);
}

json *json_parse(json_arena *a, const char *text, size_t n, const char **why, size_t *at)
{
	struct reader r = {.arena = a, .text = text, .n = n};
	json *j = parse_value(&r);
	skip_space(&r);
	if (j != NULL && r.at != n)
		j = fail(&r, "something follows the value");
	*why = r.why;
	*at = r.at;
	return j;
}

const json *json_get(const json *j, const char *key)
{
	const json *found = NULL;
	if (j == NULL || j->type != JSON_OBJECT)
		return NULL;
	for (const json *c = j->first; c != NULL; c = c->next)
		if (wide_is(c->key, c->key_len, key))
			found = c;
	return found;
}

size_t json_count(const json *j)
{
	size_t n = 0;
	for (const json *c = j->first; c != NULL; c = c->next)
		n++;
	return n;
}
