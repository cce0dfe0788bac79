// Text: a growing buffer, UTF-8 and UTF-16, base64, JSON strings.
#ifndef NAPI_HOST_TEXT_H
#define NAPI_HOST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

// Allocation that cannot fail: the program ends with a message instead.
void *xmalloc(size_t n);
void *xrealloc(void *p, size_t n);

// A growing byte buffer, always NUL-terminated once something was put in.
typedef struct {
	char *p;
	size_t len, cap;
} buf;

void buf_add(buf *b, const void *p, size_t n);
void buf_str(buf *b, const char *s);
void buf_fmt(buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_free(buf *b);

// Appends UTF-8; a lone surrogate becomes U+FFFD (file names only).
void buf_utf8_from_wide(buf *b, const wch *p, size_t n);

// Appends a JSON string, quotes included. A lone surrogate is written as a
// \u escape, so that what the component gave is seen unchanged.
void buf_json_wide(buf *b, const wch *p, size_t n);
// The same from C text: UTF-8, bad bytes become U+FFFD.
void buf_json_text(buf *b, const char *s);
void buf_json_bytes(buf *b, const char *s, size_t n);

void buf_base64(buf *b, const void *p, size_t n);
// Decodes base64 held in UTF-16. Returns the length, or -1 when malformed;
// out must have room for n / 4 * 3 bytes.
long base64_decode(const wch *p, size_t n, uint8_t *out);

size_t wide_len(const wch *p);
bool wide_is(const wch *p, size_t n, const char *ascii);

// Decodes one UTF-8 sequence of at most n bytes strictly (no overlong forms,
// no surrogates). Returns its length, 0 when malformed.
size_t utf8_decode(const char *p, size_t n, uint32_t *rune);
// Writes a rune as one or two code units; returns how many.
size_t wide_encode(uint32_t rune, wch out[2]);

#endif
