// A loaded library, an object of it, and calls in the words of the tests.
#pragma once
#include "connection.hpp"
#include "memory.hpp"

struct Test;

struct Library {
	void *handle = nullptr;
	const Char *(*GetClassNames)() = nullptr;
	long (*GetClassObject)(const Char *, Component **) = nullptr;
	long (*DestroyObject)(Component **) = nullptr;
	int32_t (*SetPlatformCapabilities)(int32_t) = nullptr;
	int32_t (*GetAttachType)() = nullptr;

	// Loads and resolves the exports; a failure is the test's.
	bool open(Test &t, const char *path);
	// The platform asks these when it attaches a library.
	void attach();
	Text class_name(); // the first one
	bool is_probe();
};

// Parameters of one call, allocated as the platform does.
class Args {
	Memory &m_;
	Variant v_[16];
	int n_ = 0;

	Variant &next() { return v_[n_++]; }

public:
	explicit Args(Memory &m) : m_(m) { memset(v_, 0, sizeof v_); }
	Args(const Args &) = delete;
	~Args();
	Args &text(const Char *s) { return text(s, length(s)); }
	Args &text(const Char *s, size_t n);
	Args &blob(const void *p, size_t n);
	Args &i4(int32_t i);
	Args &r8(double d);
	Args &boolean(bool b);
	Args &empty() { return next(), *this; }
	Args &raw(const Variant &v); // memory, if any, becomes ours
	Variant *data() { return v_; }
	Variant &operator[](int i) { return v_[i]; }
	int size() const { return n_; }
};

enum Order { kPlatform, kOneScript };
enum Ending { kDestroyObject, kDelete };

struct Object {
	Memory memory;
	Connection connection;
	Library *lib = nullptr;
	Component *c = nullptr;

	Object() = default;
	Object(const Object &) = delete;
	~Object();

	bool create(Test &t, Library &l, Order order = kPlatform);
	void done();
	bool end(Test &t, Ending ending = kDestroyObject); // and the balance must be 0

	long method(const Char *name) { return c->FindMethod(name); }
	long property(const Char *name) { return c->FindProp(name); }
	// Calls by name; as a function when the method has a result.
	bool call(const Char *name, Args &args, Variant *result);
	bool call(const Char *name, Args &args);
	bool call_number(const Char *name, Args &args, double &result);
	bool get(const Char *name, Variant &v);
	bool set(const Char *name, Variant &v);

	// A harmless call that enters the library's own language.
	bool ping();
	bool clean(Test &t); // the memory is balanced, nothing was misused
};

double number(const Variant &v); // of any numeric type
bool is_number(const Variant &v);
