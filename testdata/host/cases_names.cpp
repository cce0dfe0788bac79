// Enumeration and lookup of names: both languages, any case, wrong ones.
#include "host.hpp"

namespace {

// One of the two lists: methods or properties.
struct List {
	Object &o;
	bool methods;
	long count() { return methods ? o.c->GetNMethods() : o.c->GetNProps(); }
	long find(const Char *s) { return methods ? o.c->FindMethod(s) : o.c->FindProp(s); }
	const Char *raw(long i, long alias) { return methods ? o.c->GetMethodName(i, alias) : o.c->GetPropName(i, alias); }
	const char *what() { return methods ? "method" : "property"; }
	bool name(Test &t, long i, long alias, Text &to) {
		const Char *s = raw(i, alias);
		if (s == nullptr) return t.fail("%s %ld has no name in language %ld", what(), i, alias);
		if (!o.memory.owns(s, 2)) return t.fail("the name of %s %ld is not in the platform's memory", what(), i);
		to = Text(s);
		o.memory.give_back(const_cast<Char *>(s));
		return true;
	}
};

Text cased(const Text &s, int how) {
	Text r(s);
	for (size_t i = 0; i < r.size(); i++) {
		bool up = how == 0 || (how == 2 && i % 2 == 0) || (how == 3 && i % 3 == 1);
		r.data()[i] = up ? upper(r.data()[i]) : lower(r.data()[i]);
	}
	return r;
}

bool identifier(const Text &s, bool russian) {
	for (size_t i = 0; i < s.size(); i++) {
		Char c = upper(s.data()[i]);
		bool latin = c >= u'A' && c <= u'Z', cyrillic = (c >= 0x410 && c <= 0x42f) || c == 0x401;
		bool other = c == u'_' || (i > 0 && c >= u'0' && c <= u'9');
		if (!other && !(russian ? cyrillic || latin : latin)) return false;
	}
	return s.size() > 0;
}

bool check_list(Test &t, List list) {
	if (list.count() <= 0) return t.fail("no %s", list.what());
	for (long i = 0; i < list.count(); i++) {
		for (long alias = 0; alias < 2; alias++) {
			Text s;
			if (!list.name(t, i, alias, s)) return false;
			if (!identifier(s, alias == 1)) return t.fail("%s is no identifier of its language", Shown(s).s);
			if (long at = list.find(s.data()); at != i) return t.fail("%s was found at %ld, not %ld", Shown(s).s, at, i);
			for (int how = 0; how < 4; how++) {
				Text other = cased(s, how);
				if (long at = list.find(other.data()); at != i) return t.fail("%s was found at %ld, not %ld", Shown(other).s, at, i);
			}
			Text longer(s), shorter(s.data(), s.size() - 1);
			longer.add(u'_');
			if (list.find(longer.data()) >= 0) return t.fail("%s was found", Shown(longer).s);
			long at = list.find(shorter.data());
			if (at == i) return t.fail("%s was found", Shown(shorter).s);
			// The same letters behind a NUL must not matter, and a name that ends
			// at the end of mapped memory must be read no further.
			os::Guarded edge(s.data(), (s.size() + 1) * sizeof(Char));
			if (list.find(static_cast<Char *>(edge.data)) != i) return t.fail("%s at the edge of a page was not found", Shown(s).s);
		}
	}
	return true;
}

void names(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	NEED(check_list(t, {o, true}));
	NEED(check_list(t, {o, false}));
	NEED(o.end(t));
}

// Before Init, on an object without memory manager: lookups answer, names are refused.
void names_early(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	Component *c = nullptr;
	CHECK(l.GetClassObject(l.class_name().data(), &c) != 0, "no object");
	long n = c->GetNMethods();
	CHECK(n > 0 && c->GetNProps() > 0, "no methods or properties before Init");
	CHECK(c->FindMethod(u"Нет такого") == -1 && c->FindProp(u"Version") >= 0, "lookup before Init");
	CHECK(c->GetMethodName(0, 0) == nullptr, "a name without a memory manager");
	Char *ext = nullptr;
	CHECK(!c->RegisterExtensionAs(&ext) && ext == nullptr, "RegisterExtensionAs without a memory manager");
	Variant v;
	memset(&v, 0, sizeof v);
	c->GetPropVal(c->FindProp(u"Version"), &v); // may be refused; must not crash
	c->CallAsProc(0, &v, 0);
	c->SetLocale(u"ru_RU");
	l.DestroyObject(&c);
}

void names_wrong(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	Text huge;
	for (int i = 0; i < 100000; i++) huge.add(u'Ж');
	const Char *wrong[] = {u"", u" ", u"Нет такого имени", u"Nop ", u" Nop", u"\xd83d", u"\xde00\xd83d", huge.data(), nullptr};
	for (const Char *w : wrong) {
		CHECK(o.c->FindMethod(w) == -1, "method %s was found", w == nullptr ? "NULL" : Shown(w).s);
		CHECK(o.c->FindProp(w) == -1, "property %s was found", w == nullptr ? "NULL" : Shown(w).s);
	}
	const long big = long(~0ul >> 1);
	for (long i : {-1L, -2L, o.c->GetNMethods(), o.c->GetNMethods() + 1, 0x10000L, big, -big - 1}) {
		CHECK(o.c->GetMethodName(i, 0) == nullptr, "method %ld has a name", i);
		CHECK(o.c->GetNParams(i) <= 0, "method %ld has %ld parameters", i, o.c->GetNParams(i));
		CHECK(!o.c->HasRetVal(i), "method %ld has a result", i);
		Variant v;
		memset(&v, 0, sizeof v);
		CHECK(!o.c->GetParamDefValue(i, 0, &v), "method %ld has a default", i);
		o.connection.calling(true);
		CHECK(!o.c->CallAsProc(i, nullptr, 0), "method %ld was called", i);
		CHECK(!o.c->CallAsFunc(i, &v, nullptr, 0), "method %ld was called", i);
		o.connection.calling(false);
	}
	for (long i : {-1L, -2L, o.c->GetNProps(), o.c->GetNProps() + 1, 0x10000L, big, -big - 1}) {
		CHECK(o.c->GetPropName(i, 0) == nullptr, "property %ld has a name", i);
		CHECK(!o.c->IsPropReadable(i) && !o.c->IsPropWritable(i), "property %ld is readable or writable", i);
		Variant v;
		memset(&v, 0, sizeof v);
		o.connection.calling(true);
		CHECK(!o.c->GetPropVal(i, &v), "property %ld was read", i);
		CHECK(!o.c->SetPropVal(i, &v), "property %ld was written", i);
		o.connection.calling(false);
	}
	for (long alias : {-1L, 2L, big}) {
		CHECK(o.c->GetMethodName(0, alias) == nullptr, "method 0 has a name in language %ld", alias);
		CHECK(o.c->GetPropName(0, alias) == nullptr, "property 0 has a name in language %ld", alias);
	}
	long version = o.property(u"Version");
	CHECK(!o.c->IsPropWritable(version), "Version is writable");
	Variant v;
	memset(&v, 0, sizeof v);
	o.connection.calling(true);
	CHECK(!o.c->SetPropVal(version, &v), "Version was written");
	CHECK(!o.c->GetPropVal(version, nullptr), "GetPropVal(…, NULL) succeeded");
	o.connection.calling(false);
	o.c->SetLocale(nullptr);
	o.c->SetUserInterfaceLanguageCode(nullptr);
	o.c->SetLocale(huge.data());
	o.c->SetUserInterfaceLanguageCode(huge.data());
	CHECK(o.ping(), "a call failed after wrong names");
	NEED(o.end(t));
}

// Defaults are real values in memory of the platform, and only trailing ones.
void defaults(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	for (long m = 0; m < o.c->GetNMethods(); m++) {
		bool had = false;
		for (long p = 0; p < o.c->GetNParams(m); p++) {
			Variant v;
			memset(&v, 0, sizeof v);
			bool has = o.c->GetParamDefValue(m, p, &v);
			CHECK(!has || v.vt != kEmpty, "parameter %ld of method %ld: a default that is Неопределено", p, m);
			CHECK(has || v.vt == kEmpty, "parameter %ld of method %ld: no default, yet a value", p, m);
			CHECK(has || !had, "parameter %ld of method %ld is required behind an optional one", p, m);
			CHECK(v.vt != kPwstr || o.memory.owns(v.text.p, v.text.n * 2), "a default that is not in the platform's memory");
			had = has;
			clear(o.memory, v);
		}
		Variant v;
		memset(&v, 0, sizeof v);
		CHECK(!o.c->GetParamDefValue(m, -1, &v) && !o.c->GetParamDefValue(m, o.c->GetNParams(m), &v) && !o.c->GetParamDefValue(m, 0x7fffffff, &v),
		      "method %ld has a default for no parameter", m);
		CHECK(o.c->GetNParams(m) == 0 || !o.c->GetParamDefValue(m, 0, nullptr), "a default was written to NULL");
	}
	NEED(o.end(t));
}

} // namespace

Cases name_cases() {
	static const Case cases[] = {
		{"names", kBoth, names, "every name in both languages, in any case, at the edge of a page"},
		{"names-early", kBoth, names_early, "lookups on an object without Init and memory manager"},
		{"names-wrong", kBoth, names_wrong, "wrong names, indexes, languages, NULL"},
		{"defaults", kBoth, defaults, "GetParamDefValue of every parameter"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
