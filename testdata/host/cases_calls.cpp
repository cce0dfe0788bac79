// Right and wrong calls: counts, types, out-parameters, failures, panics.
#include "host.hpp"

namespace {

struct Bench {
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
	bool is(const Char *s) const { return v.vt == kPwstr && same(v.text.p, v.text.n, s, length(s)); }
	Shown shown() const { return v.vt == kPwstr ? Shown(v.text.p, v.text.n) : Shown(u"(no text)"); }
};

// A call that must be refused: false, one AddError that names the method.
bool refused(Test &t, Object &o, const Char *name, Args &args, const char *what) {
	Answer a(o.memory);
	size_t before = o.connection.complaints();
	if (o.call(name, args, &a.v)) return t.fail("%s: %s was taken", Shown(name).s, what);
	if (o.connection.complaints() != before + 1) return t.fail("%s: %s was refused with %zu AddError", Shown(name).s, what, o.connection.complaints() - before);
	const Complaint &c = o.connection.complaint(before);
	if (c.scode == 0) return t.fail("%s: %s: AddError with scode 0 raises nothing", Shown(name).s, what);
	if (c.code < 1000 || c.code > 1006) return t.fail("AddError with code %u: a dialog or unknown", c.code);
	if (c.text.size() == 0) return t.fail("AddError without words");
	if (a.v.vt != kEmpty) return t.fail("%s: %s left a result of type %d", Shown(name).s, what, a.v.vt);
	return true;
}

void wrong_types(Test &t) {
	Bench b;
	NEED(b.open(t));
	{
		Args a(b.o.memory);
		a.i4(5).empty().empty().empty().empty().text(u"");
		NEED(refused(t, b.o, u"Сцепить", a, "a number for a text"));
		CHECK(b.o.connection.complaint(0).text.has(u"Сцепить") || b.o.connection.complaint(0).text.has(u"Join"), "the message does not name the method: %s",
		      Shown(b.o.connection.complaint(0).text).s);
	}
	{
		Args a(b.o.memory);
		a.text(u"а").text(u"б").text(u"5").empty().empty().text(u"");
		NEED(refused(t, b.o, u"Join", a, "a text for an integer"));
	}
	{
		Args a(b.o.memory);
		a.text(u"а").text(u"б").i4(1).r8(1).i4(1).text(u"");
		NEED(refused(t, b.o, u"Join", a, "a number for Булево"));
	}
	{
		Args a(b.o.memory);
		a.empty().empty().empty().empty().empty().empty();
		NEED(refused(t, b.o, u"Join", a, "Неопределено for a required text"));
	}
	{
		Args a(b.o.memory);
		a.blob("xy", 2).empty().empty().empty().empty().empty();
		NEED(refused(t, b.o, u"Join", a, "a blob for a text"));
	}
	CHECK(b.o.ping(), "a call failed after refusals");
	NEED(b.o.end(t));
}

void wrong_counts(Test &t) {
	Bench b;
	NEED(b.open(t));
	for (int n : {1, 2, 15}) {
		Args a(b.o.memory);
		for (int i = 0; i < n; i++) a.i4(i);
		NEED(refused(t, b.o, u"Пусто", a, "arguments for none"));
	}
	for (int n : {0, 2, 15}) {
		Args a(b.o.memory);
		for (int i = 0; i < n; i++) a.i4(i);
		NEED(refused(t, b.o, u"Echo", a, "a wrong number of arguments"));
	}
	for (int n : {0, 7}) {
		Args a(b.o.memory);
		for (int i = 0; i < n; i++) a.text(u"x");
		NEED(refused(t, b.o, u"Join", a, "a wrong number of arguments"));
	}
	long echo = b.o.method(u"Echo");
	Answer a(b.o.memory);
	b.o.connection.calling(true);
	CHECK(!b.o.c->CallAsFunc(echo, &a.v, nullptr, 1), "Echo took one argument at NULL");
	CHECK(!b.o.c->CallAsFunc(echo, &a.v, nullptr, -1), "Echo took −1 arguments");
	Args one(b.o.memory);
	one.i4(1);
	b.o.c->CallAsFunc(echo, nullptr, one.data(), 1); // whatever it answers
	CHECK(!b.o.c->CallAsFunc(echo, &a.v, one.data(), 0x7fffffff), "Echo took 2147483647 arguments");
	b.o.connection.calling(false);
	CHECK(b.o.ping(), "a call failed after refusals");
	NEED(b.o.end(t));
}

// A function called as a procedure: 1C does so when the result is not used.
void function_as_procedure(Test &t) {
	Bench b;
	NEED(b.open(t));
	b.o.connection.calling(true);
	{
		Args a(b.o.memory);
		a.text(u"результат не нужен");
		CHECK(b.o.c->CallAsProc(b.o.method(u"Echo"), a.data(), 1), "Echo as a procedure gave false");
	}
	Answer r(b.o.memory);
	r.v.vt = kI4;
	CHECK(b.o.c->CallAsFunc(b.o.method(u"Nop"), &r.v, nullptr, 0), "Nop as a function gave false");
	b.o.connection.calling(false);
	CHECK(r.v.vt == kEmpty, "Nop as a function gave type %d", r.v.vt);
	NEED(b.o.end(t));
}

void default_arguments(Test &t) {
	Bench b;
	NEED(b.open(t));
	{ // omitted ones come as Неопределено
		Args a(b.o.memory);
		Answer r(b.o.memory);
		a.text(u"А").empty().empty().empty().empty().empty();
		CHECK(b.o.call(u"Join", a, &r.v) && r.is(u"А|ёлка 😀|-42|2.5|true"), "Join with omitted arguments gave %s", r.shown().s);
	}
	{ // or as what GetParamDefValue said
		Args a(b.o.memory);
		Answer r(b.o.memory);
		long m = b.o.method(u"Join");
		a.text(u"Б");
		for (long p = 1; p < b.o.c->GetNParams(m); p++) {
			Variant v;
			memset(&v, 0, sizeof v);
			CHECK(b.o.c->GetParamDefValue(m, p, &v), "parameter %ld of Join has no default", p);
			a.raw(v);
		}
		CHECK(b.o.call(u"Join", a, &r.v) && r.is(u"Б|ёлка 😀|-42|2.5|true"), "Join with its own defaults gave %s", r.shown().s);
	}
	{ // given ones win
		Args a(b.o.memory);
		Answer r(b.o.memory);
		a.text(u"").text(u"").i4(0).r8(0.5).boolean(false).text(u"");
		CHECK(b.o.call(u"Сцепить", a, &r.v) && r.is(u"||0|0.5|false"), "Join gave %s", r.shown().s);
	}
	NEED(b.o.end(t));
}

// Without an out-parameter a failure shows only in the last error, unless
// every failure raises.
bool raise_errors(Test &t, Object &o) {
	Args yes(o.memory);
	yes.boolean(true);
	return o.set(u"RaiseErrors", yes[0]) || t.fail("RaiseErrors refused Истина");
}

// The out-parameter: the old value is freed with the platform's FreeMemory,
// the new one allocated with its AllocMemory, whatever the old one was.
void out_parameters(Test &t) {
	Bench b;
	NEED(b.open(t));
	for (int kind = 0; kind < 6; kind++) {
		Args a(b.o.memory);
		Answer r(b.o.memory);
		a.text(u"подробность");
		if (kind == 0) a.empty();
		if (kind == 1) a.text(u"");
		if (kind == 2) a.text(u"прежнее значение, которое надо освободить");
		if (kind == 3) a.i4(7);
		if (kind == 4) a.blob("blob", 4);
		if (kind == 5) { // an empty text at NULL
			Variant v;
			memset(&v, 0, sizeof v);
			v.vt = kPwstr;
			a.raw(v);
		}
		CHECK(b.o.call(u"Отказать", a, &r.v), "Fail with out-parameter of kind %d raised", kind);
		CHECK(r.v.vt == kBool && !r.v.b, "Fail gave type %d", r.v.vt);
		CHECK(a[1].vt == kPwstr && a[1].text.n > 2 && b.o.memory.owns(a[1].text.p, a[1].text.n * 2), "kind %d: no text in the out-parameter (type %d)", kind,
		      a[1].vt);
		Text json(a[1].text.p, a[1].text.n);
		CHECK(json.has(u"\"code\":\""), "the out-parameter holds %s", Shown(json).s);
	}
	{ // success empties it
		Args a(b.o.memory);
		Answer r(b.o.memory);
		a.text(u"А").empty().empty().empty().empty().text(u"прежняя ошибка");
		CHECK(b.o.call(u"Join", a, &r.v), "Join raised");
		CHECK((a[5].vt == kPwstr && a[5].text.n == 0) || a[5].vt == kEmpty, "after success the out-parameter holds %s", Shown(a[5].text.p, a[5].text.n).s);
	}
	{ // a failure that raises
		NEED(raise_errors(t, b.o));
		Args a(b.o.memory);
		a.text(u"подробность").text(u"");
		NEED(refused(t, b.o, u"Fail", a, "a failure with RaiseErrors"));
	}
	NEED(b.o.end(t));
}

// W10: panics in bodies and on goroutines end in an exception, the process lives.
void panics(Test &t) {
	Bench b;
	NEED(b.open(t));
	for (int i = 0; i < 20; i++) {
		Args none(b.o.memory);
		b.o.call(u"Panic", none);
		CHECK(b.o.ping(), "a call failed after a panic");
	}
	NEED(raise_errors(t, b.o));
	for (int i = 0; i < 300; i++) {
		Args none(b.o.memory), none2(b.o.memory);
		NEED(refused(t, b.o, u"Паника", none, "a panic"));
		if (i < 30) {
			Answer r(b.o.memory);
			CHECK(b.o.call(u"PanicInGoroutine", none2, &r.v) && r.v.vt == kBool && r.v.b, "PanicInGoroutine gave type %d", r.v.vt);
		}
		CHECK(b.o.ping(), "a call failed after a panic");
	}
	NEED(b.o.end(t));
}

// W9: a nil dereference in Go is recovered, on the calling thread.
void nil_derefs(Test &t) {
	Bench b;
	NEED(b.open(t));
	if (b.o.method(u"NilDeref") < 0) {
		t.not_for = true;
		return;
	}
	NEED(raise_errors(t, b.o));
	for (int i = 0; i < 300; i++) {
		Args none(b.o.memory);
		NEED(refused(t, b.o, u"NilDeref", none, "a nil dereference"));
		CHECK(b.o.ping(), "a call failed after a nil dereference");
	}
	NEED(b.o.end(t));
}

// What the component learned of the platform. Info gives JSON.
bool told(Test &t, Object &o, Text &json) {
	Args none(o.memory);
	Answer r(o.memory);
	if (!o.call(u"Info", none, &r.v) || r.v.vt != kPwstr) return t.fail("Info failed");
	json = Text(r.v.text.p, r.v.text.n);
	return true;
}

void interfaces(Test &t) {
	Bench b;
	NEED(b.open(t));
	if (b.o.method(u"Info") < 0) {
		t.not_for = true;
		return;
	}
	Text json;
	NEED(told(t, b.o, json));
	CHECK(json.has(u"8.3.27.1234") && json.has(u"проверочный хост"), "IPlatformInfo was not read: %s", Shown(json).s);
	CHECK(json.has(u"\"Application\":1"), "IPlatformInfo was misread: %s", Shown(json).s);
	CHECK(json.has(u"not_isolated"), "IAttachedInfo was not read: %s", Shown(json).s);
	CHECK(json.has(os::kWindows ? u"rus_RUS" : u"ru_RU"), "the locale was not kept: %s", Shown(json).s);
	CHECK(json.has(os::kWindows ? u".dll" : u".so"), "the library does not know its own file: %s", Shown(json).s);
	NEED(b.o.end(t));
	// OneScript gives no interfaces.
	Object o;
	NEED(o.create(t, b.l, kOneScript));
	NEED(told(t, o, json));
	CHECK(json.has(u"\"Application\":-1") && !json.has(u"8.3.27"), "without interfaces: %s", Shown(json).s);
	NEED(o.end(t));
}

// A platform too old for GetInterface never calls SetPlatformCapabilities:
// its table ends before that slot. NULL interfaces without it must do.
void old_platform(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.GetClassNames();
	if (!l.is_probe()) {
		t.not_for = true;
		return;
	}
	Object o;
	o.connection.interfaces = false;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	if (o.method(u"Info") >= 0) {
		Text json;
		NEED(told(t, o, json));
	}
	CHECK(o.connection.asked == 0, "GetInterface was called though SetPlatformCapabilities never was");
	NEED(o.end(t));
}

} // namespace

Cases call_cases() {
	static const Case cases[] = {
		{"wrong-types", kBoth, wrong_types, "wrong types: false and one AddError that names the method"},
		{"wrong-counts", kBoth, wrong_counts, "wrong counts, NULL arrays, NULL results"},
		{"function-as-procedure", kBoth, function_as_procedure, "CallAsProc of a function, CallAsFunc of a procedure"},
		{"default-arguments", kBoth, default_arguments, "omitted arguments, defaults given back, given values"},
		{"out-parameters", kBoth, out_parameters, "the out-parameter is freed and replaced"},
		{"interfaces", kBoth, interfaces, "IPlatformInfo and IAttachedInfo, with the Windows offset; none at all"},
		{"old-platform", kBoth, old_platform, "no GetInterface without SetPlatformCapabilities"},
		{"W10", kBoth, panics, "panics in methods and on goroutines are recovered"},
		{"W9", kBoth, nil_derefs, "nil dereferences are recovered"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
