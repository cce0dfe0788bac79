// Values across the border: Echo sends each back.
#include "host.hpp"

namespace {

struct Bench { // an object of the probe, ready
	Library l;
	Object o;
	bool open(Test &t) {
		if (!l.open(t, t.lib)) return false;
		l.attach();
		if (!l.is_probe()) {
			t.not_for = true;
			return false;
		}
		return o.create(t, l);
	}
};

struct Answer {
	Memory &m;
	Variant v;
	explicit Answer(Memory &m) : m(m) { memset(&v, 0, sizeof v); }
	~Answer() { clear(m, v); }
};

bool echo_number(Test &t, Object &o, const Variant &in, double want) {
	Args args(o.memory);
	Answer a(o.memory);
	args.raw(in);
	if (!o.call(u"Echo", args, &a.v)) return t.fail("Echo of type %d gave false", in.vt);
	// 1C reads I4 and R8; wider integers end in an error there.
	if (a.v.vt != kI4 && a.v.vt != kR8) return t.fail("Echo of type %d gave type %d", in.vt, a.v.vt);
	if (number(a.v) != want) return t.fail("Echo of type %d gave %f, not %f", in.vt, number(a.v), want);
	if (a.v.vt == kR8 && want == double(int32_t(want)) && in.vt != kR8 && in.vt != kR4) return t.fail("a small integer came as R8");
	return true;
}

#define ECHO(field, type, value)                                            \
	do {                                                                    \
		memset(&v, 0xee, sizeof v); /* rubbish around the value */          \
		v.field = value;                                                    \
		v.vt = type;                                                        \
		NEED(echo_number(t, b.o, v, double(value)));                        \
	} while (0)

void numbers(Test &t) {
	Bench b;
	NEED(b.open(t));
	Variant v;
	for (int8_t i : {-128, -1, 0, 1, 127}) ECHO(i1, kI1, i);
	for (int16_t i : {-32768, -1, 0, 32767}) ECHO(i2, kI2, i);
	for (int32_t i : {int32_t(-2147483647 - 1), -1, 0, 15, 2147483647}) {
		ECHO(i4, kI4, i);
		ECHO(i4, kInt, i);
	}
	for (int64_t i : {int64_t(-9007199254740991), int64_t(-2147483649ll), int64_t(-1), int64_t(2147483648ll), int64_t(9007199254740991)}) ECHO(i8, kI8, i);
	for (uint8_t i : {0, 1, 255}) ECHO(ui1, kUI1, i);
	for (uint16_t i : {0, 1, 65535}) ECHO(ui2, kUI2, i);
	for (uint32_t i : {0u, 1u, 2147483648u, 4294967295u}) {
		ECHO(ui4, kUI4, i);
		ECHO(ui4, kUInt, i);
	}
	for (uint64_t i : {uint64_t(0), uint64_t(1) << 33, uint64_t(9007199254740991)}) ECHO(ui8, kUI8, i);
	for (float f : {0.0f, -1.5f, 3.4e38f, 1.4e-45f}) ECHO(r4, kR4, f);
	for (double d : {0.0, -1.5, 1e308, 5e-324, 0.1, 4294967296.0, -2147483648.0}) ECHO(r8, kR8, d);
	NEED(b.o.end(t));
}

void scalars(Test &t) {
	Bench b;
	NEED(b.open(t));
	// Неопределено and Null: as they are.
	for (uint16_t vt : {uint16_t(kEmpty), uint16_t(kNull)}) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		a.v.vt = kI4, a.v.i4 = 77; // a result that was not cleared
		Variant v;
		memset(&v, 0xee, sizeof v);
		v.vt = vt;
		args.raw(v);
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == vt, "Echo of type %d gave type %d", vt, a.v.vt);
	}
	// Булево: one byte, and any but zero is true.
	for (uint8_t byte : {0, 1, 2, 255}) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		Variant v;
		memset(&v, 0xee, sizeof v);
		v.ui1 = byte;
		v.vt = kBool;
		args.raw(v);
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == kBool, "Echo of Булево gave type %d", a.v.vt);
		CHECK(a.v.ui1 == (byte != 0), "Echo of Булево %d gave byte %d", byte, a.v.ui1);
	}
	NEED(b.o.end(t));
}

void dates(Test &t) {
	Bench b;
	NEED(b.open(t));
	const int days[][6] = {{2024, 2, 29, 23, 59, 59}, {1970, 1, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {3999, 12, 31, 23, 59, 59},
	                       {1899, 12, 30, 0, 0, 0},   {2038, 1, 19, 3, 14, 8}, {1981, 4, 1, 0, 30, 0}};
	for (auto &d : days) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		Variant v;
		memset(&v, 0xee, sizeof v); // weekday, zone and the rest are not to be trusted
		v.tm.tm_year = d[0] - 1900, v.tm.tm_mon = d[1] - 1, v.tm.tm_mday = d[2];
		v.tm.tm_hour = d[3], v.tm.tm_min = d[4], v.tm.tm_sec = d[5];
		v.vt = kTm;
		args.raw(v);
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == kTm, "Echo of Дата gave type %d", a.v.vt);
		const Tm &r = a.v.tm;
		CHECK(r.tm_year == d[0] - 1900 && r.tm_mon == d[1] - 1 && r.tm_mday == d[2] && r.tm_hour == d[3] && r.tm_min == d[4] && r.tm_sec == d[5],
		      "Echo of %d-%d-%d %d:%d:%d gave %d-%d-%d %d:%d:%d", d[0], d[1], d[2], d[3], d[4], d[5], r.tm_year + 1900, r.tm_mon + 1,
		      r.tm_mday, r.tm_hour, r.tm_min, r.tm_sec);
	}
	// The old form: days since 1899-12-30. Either form may come back.
	Args args(b.o.memory);
	Answer a(b.o.memory);
	Variant v;
	memset(&v, 0, sizeof v);
	v.date = 45351.5; // 2024-02-29 12:00
	v.vt = kDate;
	args.raw(v);
	CHECK(b.o.call(u"Echo", args, &a.v), "Echo of DATE gave false");
	CHECK((a.v.vt == kDate && a.v.date == 45351.5) || (a.v.vt == kTm && a.v.tm.tm_year == 124 && a.v.tm.tm_mon == 1 && a.v.tm.tm_mday == 29 && a.v.tm.tm_hour == 12),
	      "Echo of DATE gave type %d", a.v.vt);
	NEED(b.o.end(t));
}

bool echo_text(Test &t, Object &o, const Char *s, size_t n, const Char *want, size_t wn) {
	Args args(o.memory);
	Answer a(o.memory);
	os::Guarded edge(s, n * sizeof(Char)); // no NUL: the page ends with the text
	Variant v;
	memset(&v, 0, sizeof v);
	v.text.p = static_cast<Char *>(edge.data);
	v.text.n = uint32_t(n);
	v.vt = kPwstr;
	args.raw(v);
	bool ok = o.call(u"Echo", args, &a.v);
	bool untouched = args[0].vt == kPwstr && args[0].text.p == edge.data;
	args[0].vt = kEmpty; // not the manager's memory
	if (!ok || a.v.vt != kPwstr) return t.fail("Echo of %zu units gave type %d", n, a.v.vt);
	if (!untouched) return t.fail("Echo changed its argument");
	if (!o.memory.owns(a.v.text.p, a.v.text.n * sizeof(Char))) return t.fail("a text that is not in the platform's memory, or too small");
	if (a.v.text.n != wn || (wn != 0 && memcmp(a.v.text.p, want, wn * sizeof(Char)) != 0))
		return t.fail("Echo of %s (%zu) gave %s (%u)", Shown(s, n).s, n, Shown(a.v.text.p, a.v.text.n).s, a.v.text.n);
	return true;
}

void texts(Test &t) {
	Bench b;
	NEED(b.open(t));
	const Char nul[] = {u'a', 0, u'б', 0};
	struct {
		const Char *s;
		size_t n;
	} plain[] = {{u"", 0}, {u"a", 1}, {u"Ёлка, ёж и щётка", 16}, {u"+7 (495) 123-45", 15}, {u"😀", 2}, {u"a😀б🌲", 6}, {u"\uffff\u0001\ufeff", 3},
	             {u"𐀀􏿿", 4}, {nul, 4}};
	for (auto &p : plain) NEED(echo_text(t, b.o, p.s, p.n, p.s, p.n));
	// Halves of pairs cannot be kept in Go's strings: U+FFFD each, nothing lost beside.
	const Char lone[] = {u'x', 0xd83d, u'y'}, reversed[] = {0xde00, 0xd83d}, last[] = {u'x', 0xd83d};
	const Char lone_want[] = {u'x', 0xfffd, u'y'}, reversed_want[] = {0xfffd, 0xfffd}, last_want[] = {u'x', 0xfffd};
	struct {
		const Char *s, *want;
		size_t n;
	} halves[] = {{lone, lone_want, 3}, {reversed, reversed_want, 2}, {last, last_want, 2}};
	for (auto &h : halves) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		args.text(h.s, h.n);
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == kPwstr, "Echo of a broken pair gave type %d", a.v.vt);
		CHECK(same(a.v.text.p, a.v.text.n, h.want, h.n) || same(a.v.text.p, a.v.text.n, h.s, h.n), "Echo of %s gave %s", Shown(h.s, h.n).s,
		      Shown(a.v.text.p, a.v.text.n).s);
	}
	{ // An empty text may come with a NULL pointer.
		Args args(b.o.memory);
		Answer a(b.o.memory);
		Variant v;
		memset(&v, 0, sizeof v);
		v.vt = kPwstr;
		args.raw(v);
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == kPwstr && a.v.text.n == 0, "Echo of an empty text at NULL gave type %d", a.v.vt);
	}
	NEED(b.o.end(t));
}

void long_texts(Test &t) {
	Bench b;
	NEED(b.open(t));
	const size_t sizes[] = {127, 128, 255, 256, 257, 511, 512, 513, 1023, 1024, 4095, 4096, 4097, 65535, 65536, 1000003};
	for (size_t n : sizes) {
		auto *s = static_cast<Char *>(malloc(n * sizeof(Char)));
		// All widths of UTF-8, pairs across every buffer boundary.
		for (size_t i = 0; i < n; i++) s[i] = i % 5 == 0 ? u'a' : i % 5 == 1 ? u'ё' : i % 5 == 2 ? 0x20ac : i % 5 == 3 ? 0xd83d : 0xde00;
		if (n % 5 == 4) s[n - 1] = u'!';
		bool ok = echo_text(t, b.o, s, n, s, n);
		free(s);
		NEED(ok);
	}
	for (int32_t n : {0, 1, 511, 512, 513, 1 << 20}) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		args.i4(n);
		CHECK(b.o.call(u"Text", args, &a.v) && a.v.vt == kPwstr && a.v.text.n == uint32_t(n), "Text(%d) gave type %d, length %u", n, a.v.vt, a.v.text.n);
	}
	NEED(b.o.end(t));
}

void blobs(Test &t) {
	Bench b;
	NEED(b.open(t));
	for (size_t n : {size_t(0), size_t(1), size_t(2), size_t(1023), size_t(1024), size_t(1025), size_t(1) << 20}) {
		auto *s = static_cast<unsigned char *>(malloc(n + 1));
		for (size_t i = 0; i < n; i++) s[i] = (unsigned char)(i * 31 >> 2);
		Args args(b.o.memory);
		Answer a(b.o.memory);
		args.blob(s, n);
		bool ok = b.o.call(u"Echo", args, &a.v) && a.v.vt == kBlob && a.v.bytes.n == n && b.o.memory.owns(a.v.bytes.p, n) && (n == 0 || memcmp(a.v.bytes.p, s, n) == 0);
		free(s);
		CHECK(ok, "Echo of a blob of %zu bytes gave type %d, %u bytes", n, a.v.vt, a.v.bytes.n);
	}
	{ // PSTR: 8-bit text. ASCII must survive.
		Args args(b.o.memory);
		Answer a(b.o.memory);
		args.blob("ascii", 5);
		args[0].vt = kPstr;
		CHECK(b.o.call(u"Echo", args, &a.v) && a.v.vt == kPwstr && same(a.v.text.p, a.v.text.n, u"ascii", 5), "Echo of PSTR gave type %d", a.v.vt);
	}
	NEED(b.o.end(t));
}

void foreign_types(Test &t) {
	Bench b;
	NEED(b.open(t));
	for (uint16_t vt : {uint16_t(kInterface), uint16_t(kVariant), uint16_t(kClsid), uint16_t(25), uint16_t(0x1003), uint16_t(0x2016), uint16_t(0x4003), uint16_t(0xffff)}) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		Variant v;
		memset(&v, 0x11, sizeof v); // pointers into nowhere
		v.vt = vt;
		args.raw(v);
		size_t before = b.o.connection.complaints();
		bool ok = b.o.call(u"Echo", args, &a.v);
		args[0].vt = kEmpty;
		CHECK(!ok, "Echo took a value of type %d", vt);
		CHECK(b.o.connection.complaints() == before + 1, "type %d was refused without AddError", vt);
	}
	NEED(b.o.end(t));
}

void keep_properties(Test &t, Bench &b) {
	Answer a(b.o.memory);
	Args args(b.o.memory);
	args.text(u"значение 😀").i4(7).i4(-1).text(u"не число").boolean(true).text(u"да");
	CHECK(b.o.set(u"Значение", args[0]) && b.o.get(u"Value", a.v), "Value was not kept");
	CHECK(a.v.vt == kPwstr && same(a.v.text.p, a.v.text.n, u"значение 😀", 11), "Value gave %s", Shown(a.v.text.p, a.v.text.n).s);
	CHECK(b.o.set(u"Counter", args[1]), "Counter refused 7");
	size_t before = b.o.connection.complaints();
	CHECK(!b.o.set(u"Counter", args[2]), "Counter took −1");
	CHECK(!b.o.set(u"Counter", args[3]), "Counter took a text");
	CHECK(!b.o.set(u"RaiseErrors", args[5]), "RaiseErrors took a text");
	CHECK(b.o.connection.complaints() == before + 3, "refusals without AddError");
	Answer c(b.o.memory);
	CHECK(b.o.get(u"Счётчик", c.v) && number(c.v) == 7, "Counter is not 7 after refusals");
	CHECK(b.o.set(u"RaiseErrors", args[4]), "RaiseErrors refused Истина");
	for (int i = 0; i < 500; i++) {
		Answer again(b.o.memory);
		CHECK(b.o.get(u"Value", again.v), "Value gave false");
	}
}

void property_values(Test &t) {
	Bench b;
	NEED(b.open(t));
	keep_properties(t, b);
	NEED(!t.failed && b.o.end(t));
}

// How each input was understood, in words of the probe.
void understood(Test &t) {
	Bench b;
	NEED(b.open(t));
	if (b.o.method(u"KindOf") < 0) {
		t.not_for = true;
		return;
	}
	auto ask = [&](const Variant &v, const Char *want) {
		Args args(b.o.memory);
		Answer a(b.o.memory);
		args.raw(v);
		if (!b.o.call(u"KindOf", args, &a.v) || a.v.vt != kPwstr) return t.fail("KindOf of type %d failed", v.vt);
		if (!same(a.v.text.p, a.v.text.n, want, length(want)))
			return t.fail("type %d was understood as %s, not %s", v.vt, Shown(a.v.text.p, a.v.text.n).s, Shown(want).s);
		return true;
	};
	Variant v;
	memset(&v, 0, sizeof v);
	v.i8 = -9223372036854775807ll - 1, v.vt = kI8;
	NEED(ask(v, u"-9223372036854775808"));
	v.ui8 = ~0ull, v.vt = kUI8;
	NEED(ask(v, u"1.8446744073709552e+19"));
	v.ui8 = 1, v.ui1 = 200, v.vt = kI1;
	NEED(ask(v, u"-56"));
	v.r8 = 2.5, v.vt = kR8;
	NEED(ask(v, u"2.5"));
	v.r4 = 0.5f, v.vt = kR4;
	NEED(ask(v, u"0.5"));
	v.vt = kNull;
	NEED(ask(v, u"Null"));
	NEED(b.o.end(t));
}

} // namespace

Cases value_cases() {
	static const Case cases[] = {
		{"numbers", kBoth, numbers, "every numeric type in, I4 or R8 out"},
		{"scalars", kBoth, scalars, "Неопределено, Null, Булево"},
		{"dates", kBoth, dates, "Дата as TM and DATE"},
		{"texts", kBoth, texts, "UTF-16 with pairs, broken pairs, without NUL at the edge of a page"},
		{"long-texts", kBoth, long_texts, "texts around buffer sizes and of a million units"},
		{"blobs", kBoth, blobs, "ДвоичныеДанные up to 1 MiB, PSTR"},
		{"foreign-types", kBoth, foreign_types, "objects, arrays, references are refused with AddError"},
		{"properties", kBoth, property_values, "properties of any type, refusals"},
		{"understood", kBoth, understood, "extreme numbers inside the component"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
