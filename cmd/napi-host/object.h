// A loaded library and the objects made from it.
#ifndef NAPI_HOST_OBJECT_H
#define NAPI_HOST_OBJECT_H

#include "host.h"
#include "variant.h"

typedef struct {
	void *module;
	fn_class_names class_names;
	fn_class_object class_object;
	fn_destroy_object destroy_object;
	int32_t capabilities; // what the component answered; -1: no such export
	int32_t attach_type;  // -1: no such export
} library;

typedef struct {
	int id;
	library *lib;
	void *self; // IComponentBase*; NULL once destroyed
	bool done;  // Done was called
	host_conn *conn;
	long info; // what GetInfo said
	buf extension; // what RegisterExtensionAs said, UTF-8
} object;

// In which order a new object is set up.
enum order { ORDER_PLATFORM, ORDER_ONESCRIPT };

// Loads the library and asks it what the platform asks at attach time.
// Returns NULL, or why not; *code is the system's error number.
const char *library_load(library *lib, const wch *path, long *code, char *text, size_t size);

// Makes an object and brings it to life; locale and language may be NULL.
// Returns NULL, or why not; the object is then already disposed of.
const char *object_create(object *o, const wch *class_name, enum order order, const wch *locale,
	const wch *language);
void object_done(object *o);
bool object_destroy(object *o);     // DestroyObject; false when it reports an error
void object_delete(object *o);      // the destructor in the vtable, as OneScript does

// The interface of the extender, one function per slot.
long object_nprops(object *o);
long object_find_prop(object *o, const wch *name);
bool object_prop_readable(object *o, long i);
bool object_prop_writable(object *o, long i);
bool object_get_prop(object *o, long i, variant *v);
bool object_set_prop(object *o, long i, variant *v);
long object_nmethods(object *o);
long object_find_method(object *o, const wch *name);
long object_nparams(object *o, long method);
bool object_has_ret(object *o, long method);
bool object_default(object *o, long method, long param, variant *v);
bool object_call_proc(object *o, long method, variant *args, long n);
bool object_call_func(object *o, long method, variant *ret, variant *args, long n);

// Appends a name as a JSON string ("" when the component has none) and frees
// it. language: 0 English, 1 Russian.
void object_prop_name(object *o, long i, long language, buf *b);
void object_method_name(object *o, long i, long language, buf *b);

#endif
