#include "object.hpp"
#include "host.hpp"

template <class F> static void resolve(void *lib, const char *name, F &f) {
	void *p = os::symbol(lib, name);
	memcpy(&f, &p, sizeof f);
}

bool Library::open(Test &t, const char *path) {
	char why[300];
	handle = os::load(path, why, sizeof why);
	if (handle == nullptr) return t.fail("cannot load %s: %s", path, why);
	resolve(handle, "GetClassNames", GetClassNames);
	resolve(handle, "GetClassObject", GetClassObject);
	resolve(handle, "DestroyObject", DestroyObject);
	resolve(handle, "SetPlatformCapabilities", SetPlatformCapabilities);
	resolve(handle, "GetAttachType", GetAttachType);
	if (!GetClassNames || !GetClassObject || !DestroyObject || !SetPlatformCapabilities || !GetAttachType)
		return t.fail("%s lacks one of the five exports", path);
	return true;
}

void Library::attach() {
	GetClassNames();
	SetPlatformCapabilities(3);
	GetAttachType();
}

Text Library::class_name() {
	const Char *s = GetClassNames();
	size_t n = 0;
	while (s[n] != 0 && s[n] != u'|') n++;
	return Text(s, n);
}

// Both components have the same class name; only the probe has Nop. Asking is
// answered before Init.
bool Library::is_probe() {
	Component *c = nullptr;
	if (GetClassObject(class_name().data(), &c) == 0) return false;
	bool probe = c->FindMethod(u"Nop") >= 0;
	DestroyObject(&c);
	return probe;
}

Args::~Args() {
	for (auto &v : v_) clear(m_, v);
}

Args &Args::text(const Char *s, size_t n) { return set_text(m_, next(), s, n), *this; }
Args &Args::blob(const void *p, size_t n) { return set_blob(m_, next(), p, n), *this; }
Args &Args::raw(const Variant &v) { return next() = v, *this; }

Args &Args::i4(int32_t i) {
	Variant &v = next();
	v.i4 = i;
	v.vt = kI4;
	return *this;
}

Args &Args::r8(double d) {
	Variant &v = next();
	v.r8 = d;
	v.vt = kR8;
	return *this;
}

Args &Args::boolean(bool b) {
	Variant &v = next();
	v.b = b;
	v.vt = kBool;
	return *this;
}

bool Object::create(Test &t, Library &l, Order order) {
	lib = &l;
	Text name = l.class_name();
	if (l.GetClassObject(name.data(), &c) == 0 || c == nullptr) return t.fail("GetClassObject(%s) gave no object", Shown(name).s);
	connection.calling(true);
	bool ok;
	if (order == kOneScript) {
		connection.interfaces = false;
		ok = c->setMemManager(static_cast<MemoryManager *>(&memory)) && c->Init(static_cast<AddInDefBase *>(&connection));
	} else {
		ok = c->Init(static_cast<AddInDefBase *>(&connection)) && c->setMemManager(static_cast<MemoryManager *>(&memory));
	}
	connection.calling(false);
	if (!ok) return t.fail("Init or setMemManager gave false");
	if (order == kOneScript) return true;
	if (long v = c->GetInfo(); v != 2000) return t.fail("GetInfo gave %ld, not 2000", v);
	Char *ext = nullptr;
	if (!c->RegisterExtensionAs(&ext) || ext == nullptr) return t.fail("RegisterExtensionAs gave no name");
	bool same_name = Text(ext) == name;
	memory.give_back(ext);
	if (!same_name) return t.fail("RegisterExtensionAs is not the class name %s", Shown(name).s);
	c->SetLocale(os::kWindows ? u"rus_RUS" : u"ru_RU");
	c->SetUserInterfaceLanguageCode(u"ru");
	return true;
}

void Object::done() {
	connection.calling(true);
	c->Done();
	connection.calling(false);
	connection.closed();
}

bool Object::end(Test &t, Ending ending) {
	done();
	if (ending == kDelete) {
		delete c;
		c = nullptr;
	} else {
		if (long rc = lib->DestroyObject(&c); rc != 0) return t.fail("DestroyObject gave %ld", rc);
		if (c != nullptr) return t.fail("DestroyObject left the pointer");
	}
	return clean(t);
}

Object::~Object() {
	if (c == nullptr) return;
	done();
	lib->DestroyObject(&c);
}

bool Object::clean(Test &t) {
	if (connection.trouble()[0] != 0) return t.fail("%s", connection.trouble());
	if (memory.trouble()[0] != 0) return t.fail("%s", memory.trouble());
	if (long n = memory.outstanding(); n != 0) return t.fail("%ld blocks of memory were not given back", n);
	return true;
}

bool Object::call(const Char *name, Args &args, Variant *result) {
	long m = method(name);
	if (m < 0) return false;
	connection.calling(true);
	bool ok = c->HasRetVal(m) ? c->CallAsFunc(m, result, args.data(), args.size()) : c->CallAsProc(m, args.data(), args.size());
	connection.calling(false);
	return ok;
}

bool Object::call(const Char *name, Args &args) {
	Variant v;
	memset(&v, 0, sizeof v);
	bool ok = call(name, args, &v);
	clear(memory, v);
	return ok;
}

bool Object::call_number(const Char *name, Args &args, double &result) {
	Variant v;
	memset(&v, 0, sizeof v);
	bool ok = call(name, args, &v) && is_number(v);
	if (ok) result = number(v);
	clear(memory, v);
	return ok;
}

bool Object::get(const Char *name, Variant &v) {
	memset(&v, 0, sizeof v);
	connection.calling(true);
	bool ok = c->GetPropVal(property(name), &v);
	connection.calling(false);
	return ok;
}

bool Object::set(const Char *name, Variant &v) {
	connection.calling(true);
	bool ok = c->SetPropVal(property(name), &v);
	connection.calling(false);
	return ok;
}

bool Object::ping() {
	Args args(memory);
	if (lib->is_probe()) return call(u"Nop", args);
	args.text(u"8 (495) 123-45-67").text(u"RU");
	long n = c->GetNParams(method(u"NormalizePhone"));
	while (args.size() < n) args.text(u"");
	return call(u"NormalizePhone", args);
}

bool is_number(const Variant &v) {
	switch (v.vt) {
	case kI1: case kI2: case kI4: case kI8: case kUI1: case kUI2: case kUI4: case kUI8:
	case kInt: case kUInt: case kR4: case kR8:
		return true;
	}
	return false;
}

double number(const Variant &v) {
	switch (v.vt) {
	case kI1: return v.i1;
	case kI2: return v.i2;
	case kI4: case kInt: return v.i4;
	case kI8: return double(v.i8);
	case kUI1: return v.ui1;
	case kUI2: return v.ui2;
	case kUI4: case kUInt: return v.ui4;
	case kUI8: return double(v.ui8);
	case kR4: return v.r4;
	}
	return v.r8;
}
