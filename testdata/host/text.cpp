#include "text.hpp"

size_t length(const Char *s) {
	size_t n = 0;
	while (s[n] != 0) n++;
	return n;
}

bool same(const Char *a, size_t na, const Char *b, size_t nb) {
	return na == nb && (na == 0 || memcmp(a, b, na * sizeof(Char)) == 0);
}

bool Text::has(const Text &part) const {
	for (size_t i = 0; i + part.size() <= size(); i++)
		if (same(data() + i, part.size(), part.data(), part.size())) return true;
	return false;
}

Char upper(Char c) {
	if (c >= u'a' && c <= u'z') return Char(c - 32);
	if (c >= 0x430 && c <= 0x44f) return Char(c - 0x20);
	if (c >= 0x450 && c <= 0x45f) return Char(c - 0x50);
	return c;
}

Char lower(Char c) {
	if (c >= u'A' && c <= u'Z') return Char(c + 32);
	if (c >= 0x410 && c <= 0x42f) return Char(c + 0x20);
	if (c >= 0x400 && c <= 0x40f) return Char(c + 0x50);
	return c;
}

static bool high(Char c) { return c >= 0xd800 && c <= 0xdbff; }
static bool low(Char c) { return c >= 0xdc00 && c <= 0xdfff; }

bool well_formed(const Char *s, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (low(s[i])) return false;
		if (!high(s[i])) continue;
		if (i + 1 == n || !low(s[i + 1])) return false;
		i++;
	}
	return true;
}

Text decimal(long n) {
	Char digits[24];
	size_t i = 24;
	unsigned long u = n < 0 ? 0UL - (unsigned long)n : (unsigned long)n;
	do {
		digits[--i] = Char(u'0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (n < 0) digits[--i] = u'-';
	return Text(digits + i, 24 - i);
}

long parse_decimal(const Text &t) {
	long n = 0;
	size_t i = 0;
	for (; i < t.size() && t.data()[i] >= u'0' && t.data()[i] <= u'9'; i++) n = n * 10 + (t.data()[i] - u'0');
	return i == 0 ? -1 : n;
}

Text from_utf8(const char *s) {
	Text t;
	for (const auto *p = reinterpret_cast<const unsigned char *>(s); *p != 0;) {
		uint32_t c = *p++;
		int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
		if (more > 0) c &= 0x3fu >> more;
		for (; more > 0 && *p != 0; more--) c = c << 6 | (*p++ & 0x3f);
		if (c < 0x10000) {
			t.add(Char(c));
		} else {
			t.add(Char(0xd7c0 + (c >> 10)));
			t.add(Char(0xdc00 + (c & 0x3ff)));
		}
	}
	return t;
}

Shown::Shown(const Char *p, size_t n) {
	size_t o = 0, shown = 0;
	auto put = [&](uint32_t c, int shift, uint32_t lead) {
		s[o++] = char(lead | c >> shift);
		for (shift -= 6; shift >= 0; shift -= 6) s[o++] = char(0x80 | (c >> shift & 0x3f));
	};
	for (size_t i = 0; i < n && shown < 60; i++, shown++) {
		uint32_t c = p[i];
		if (high(p[i]) && i + 1 < n && low(p[i + 1])) c = 0x10000 + ((c & 0x3ff) << 10) + (p[++i] & 0x3ff);
		if (c < 0x20 || (c >= 0xd800 && c <= 0xdfff)) {
			const char *hex = "0123456789abcdef";
			s[o++] = '\\', s[o++] = 'u';
			for (int shift = 12; shift >= 0; shift -= 4) s[o++] = hex[c >> shift & 15];
		} else if (c < 0x80) {
			s[o++] = char(c);
		} else if (c < 0x800) {
			put(c, 6, 0xc0);
		} else if (c < 0x10000) {
			put(c, 12, 0xe0);
		} else {
			put(c, 18, 0xf0);
		}
	}
	if (shown == 60) s[o++] = '.', s[o++] = '.';
	s[o] = 0;
}
