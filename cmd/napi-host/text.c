#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *xmalloc(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);
	if (p == NULL) {
		fputs("napi-host: out of memory\n", stderr);
		exit(3);
	}
	return p;
}

void *xrealloc(void *old, size_t n)
{
	void *p = realloc(old, n > 0 ? n : 1);
	if (p == NULL) {
		fputs("napi-host: out of memory\n", stderr);
		exit(3);
	}
	return p;
}

static void buf_room(buf *b, size_t n)
{
	if (b->cap - b->len > n)
		return;
	size_t cap = b->cap > 0 ? b->cap : 256;
	while (cap - b->len <= n)
		cap *= 2;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
}

void buf_add(buf *b, const void *p, size_t n)
{
	buf_room(b, n);
	if (n > 0)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = 0;
}

void buf_str(buf *b, const char *s) { buf_add(b, s, strlen(s)); }

void buf_fmt(buf *b, const char *format, ...)
{
	char line[512];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (n < 0)
		n = 0;
	buf_add(b, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

void buf_free(buf *b)
{
	free(b->p);
	*b = (buf){0};
}

size_t wide_len(const wch *p)
{
	size_t n = 0;
	while (p[n] != 0)
		n++;
	return n;
}

bool wide_is(const wch *p, size_t n, const char *ascii)
{
	if (strlen(ascii) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i] != (unsigned char)ascii[i])
			return false;
	return true;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *rune)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (n == 0)
		return 0;
	if (p[0] < 0x80) {
		*rune = p[0];
		return 1;
	}
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	uint32_t r = p[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		r = r << 6 | (p[i] & 0x3f);
	}
	if (r < least[len] || r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff))
		return 0;
	*rune = r;
	return len;
}

size_t wide_encode(uint32_t rune, wch out[2])
{
	if (rune < 0x10000) {
		out[0] = (wch)rune;
		return 1;
	}
	rune -= 0x10000;
	out[0] = (wch)(0xd800 | rune >> 10);
	out[1] = (wch)(0xdc00 | (rune & 0x3ff));
	return 2;
}

// Reads one rune; *lone is set for a surrogate without its other half.
static size_t wide_decode(const wch *p, size_t n, uint32_t *rune, bool *lone)
{
	*lone = false;
	*rune = p[0];
	if (p[0] < 0xd800 || p[0] > 0xdfff)
		return 1;
	if (p[0] < 0xdc00 && n > 1 && p[1] >= 0xdc00 && p[1] <= 0xdfff) {
		*rune = 0x10000 + ((uint32_t)(p[0] & 0x3ff) << 10 | (p[1] & 0x3ff));
		return 2;
	}
	*lone = true;
	return 1;
}

static void buf_rune(buf *b, uint32_t r)
{
	char s[4];
	size_t n;
	if (r < 0x80) {
		s[0] = (char)r;
		n = 1;
	} else if (r < 0x800) {
		s[0] = (char)(0xc0 | r >> 6);
		n = 2;
	} else if (r < 0x10000) {
		s[0] = (char)(0xe0 | r >> 12);
		n = 3;
	} else {
		s[0] = (char)(0xf0 | r >> 18);
		n = 4;
	}
	for (size_t i = 1; i < n; i++)
		s[i] = (char)(0x80 | (r >> 6 * (n - 1 - i) & 0x3f));
	buf_add(b, s, n);
}

void buf_utf8_from_wide(buf *b, const wch *p, size_t n)
{
	buf_add(b, "", 0);
	for (size_t i = 0; i < n;) {
		uint32_t r;
		bool lone;
		i += wide_decode(p + i, n - i, &r, &lone);
		buf_rune(b, lone ? 0xfffd : r);
	}
}

static void buf_json_rune(buf *b, uint32_t r)
{
	switch (r) {
	case '"': buf_str(b, "\\\""); return;
	case '\\': buf_str(b, "\\\\"); return;
	case '\n': buf_str(b, "\\n"); return;
	case '\r': buf_str(b, "\\r"); return;
	case '\t': buf_str(b, "\\t"); return;
	}
	if (r < 0x20 || r == 0x7f || r == 0x2028 || r == 0x2029)
		buf_fmt(b, "\\u%04x", (unsigned)r);
	else
		buf_rune(b, r);
}

void buf_json_wide(buf *b, const wch *p, size_t n)
{
	buf_str(b, "\"");
	for (size_t i = 0; i < n;) {
		uint32_t r;
		bool lone;
		i += wide_decode(p + i, n - i, &r, &lone);
		if (lone)
			buf_fmt(b, "\\u%04x", (unsigned)r);
		else
			buf_json_rune(b, r);
	}
	buf_str(b, "\"");
}

void buf_json_bytes(buf *b, const char *s, size_t n)
{
	buf_str(b, "\"");
	for (size_t i = 0; i < n;) {
		uint32_t r;
		size_t len = utf8_decode(s + i, n - i, &r);
		buf_json_rune(b, len > 0 ? r : 0xfffd);
		i += len > 0 ? len : 1;
	}
	buf_str(b, "\"");
}

void buf_json_text(buf *b, const char *s) { buf_json_bytes(b, s, strlen(s)); }

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_base64(buf *b, const void *data, size_t n)
{
	const uint8_t *p = data;
	for (size_t i = 0; i < n; i += 3) {
		size_t have = n - i < 3 ? n - i : 3;
		uint32_t v = (uint32_t)p[i] << 16;
		v |= have > 1 ? (uint32_t)p[i + 1] << 8 : 0;
		v |= have > 2 ? p[i + 2] : 0;
		char out[4] = {digits64[v >> 18], digits64[v >> 12 & 63],
			have > 1 ? digits64[v >> 6 & 63] : '=', have > 2 ? digits64[v & 63] : '='};
		buf_add(b, out, 4);
	}
}

static int digit64(wch c)
{
	const char *at = c != 0 && c < 128 ? strchr(digits64, (char)c) : NULL;
	return at != NULL ? (int)(at - digits64) : -1;
}

long base64_decode(const wch *p, size_t n, uint8_t *out)
{
	if (n % 4 != 0)
		return -1;
	long len = 0;
	for (size_t i = 0; i < n; i += 4) {
		bool last = i + 4 == n;
		size_t pad = last && p[i + 3] == '=' ? (p[i + 2] == '=' ? 2 : 1) : 0;
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			int d = k >= 4 - pad ? 0 : digit64(p[i + k]);
			if (d < 0)
				return -1;
			v = v << 6 | (uint32_t)d;
		}
		for (size_t k = 0; k < 3 - pad; k++)
			out[len++] = (uint8_t)(v >> (16 - 8 * k));
	}
	return len;
}
