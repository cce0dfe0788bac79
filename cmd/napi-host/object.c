#include "object.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "os.h"

const char *library_load(library *lib, const wch *path, long *code, char *text, size_t size)
{
	*lib = (library){.capabilities = -1, .attach_type = -1};
	lib->module = os_load(path, code, text, size);
	if (lib->module == NULL)
		return text;
	lib->class_names = (fn_class_names)os_symbol(lib->module, "GetClassNames");
	lib->class_object = (fn_class_object)os_symbol(lib->module, "GetClassObject");
	lib->destroy_object = (fn_destroy_object)os_symbol(lib->module, "DestroyObject");
	if (lib->class_names == NULL || lib->class_object == NULL || lib->destroy_object == NULL)
		return "not a Native API component: GetClassNames, GetClassObject or DestroyObject is missing";
	fn_capabilities caps = (fn_capabilities)os_symbol(lib->module, "SetPlatformCapabilities");
	if (caps != NULL)
		lib->capabilities = caps(CAPS_OFFERED);
	fn_attach_type attach = (fn_attach_type)os_symbol(lib->module, "GetAttachType");
	if (attach != NULL)
		lib->attach_type = attach();
	return NULL;
}

// The pointer a method of base k takes as `this`.
static void *base(const object *o, int k) { return (char *)o->self + (size_t)k * sizeof(void *); }

// The function in slot i (behind the destructors) of base k.
static void *slot(const object *o, int k, int i)
{
	void **table = *(void ***)base(o, k);
	return table[ABI_DTORS + i];
}

// One call of a method: the type is written out, as the compiler must know
// the calling convention. The cast goes through an object pointer, which ISO C
// leaves to the implementation and every target here defines.
#define CALL(result, k, i, types, ...) \
	(((result(ABI_CALL *) types)(uintptr_t)slot(o, k, i))(base(o, k), ##__VA_ARGS__))

static void register_extension(object *o)
{
	wch *name = NULL;
	if (CALL(abi_bool, BASE_EXTENDER, EXT_REGISTER, (void *, wch **), &name) == 0)
		violation("RegisterExtensionAs returned false");
	if (name != NULL)
		buf_utf8_from_wide(&o->extension, name, wide_len(name));
	memory_free(name, "the name from RegisterExtensionAs");
}

static void set_locale(object *o, const wch *locale, const wch *language)
{
	if (locale != NULL)
		CALL(void, BASE_LOCALE, 0, (void *, const wch *), locale);
	// The fourth base exists only in components that answered level 3.
	if (language != NULL && o->lib->capabilities >= CAPS_LANGUAGE)
		CALL(void, BASE_LANGUAGE, 0, (void *, const wch *), language);
}

static bool call_init(object *o)
{
	return CALL(abi_bool, BASE_INIT, INIT_INIT, (void *, void *), (void *)o->conn) != 0;
}

static bool call_set_memory(object *o)
{
	return CALL(abi_bool, BASE_INIT, INIT_SET_MEMORY, (void *, void *), memory_manager()) != 0;
}

const char *object_create(object *o, const wch *class_name, enum order order, const wch *locale,
	const wch *language)
{
	void *self = NULL;
	if (o->lib->class_object(class_name, &self) == 0 || self == NULL)
		return "GetClassObject refused: no such class, or the component cannot run here";
	o->self = self;
	o->conn = conn_new(o->id);
	bool ok = order == ORDER_ONESCRIPT ? call_set_memory(o) && call_init(o)
	                                   : call_init(o) && call_set_memory(o);
	if (!ok) {
		// The platform calls Done whatever Init said.
		object_done(o);
		object_destroy(o);
		return "Init or setMemManager returned false";
	}
	if (order == ORDER_PLATFORM) {
		o->info = CALL(long, BASE_INIT, INIT_GET_INFO, (void *));
		register_extension(o);
		set_locale(o, locale, language);
	}
	return NULL;
}

void object_done(object *o)
{
	CALL(void, BASE_INIT, INIT_DONE, (void *));
	o->done = true;
	conn_close(o->conn);
}

bool object_destroy(object *o)
{
	void *self = o->self;
	bool ok = o->lib->destroy_object(&self) == 0;
	if (ok && self != NULL)
		violation("DestroyObject left the pointer set");
	o->self = NULL;
	conn_close(o->conn);
	return ok;
}

void object_delete(object *o)
{
	void **table = *(void ***)o->self;
#if defined(_WIN32)
	((void *(ABI_DTOR *)(void *, unsigned))(uintptr_t)table[0])(o->self, 1);
#else
	((void (*)(void *))(uintptr_t)table[1])(o->self);
#endif
	o->self = NULL;
	conn_close(o->conn);
}

long object_nprops(object *o) { return CALL(long, BASE_EXTENDER, EXT_NPROPS, (void *)); }

long object_find_prop(object *o, const wch *name)
{
	return CALL(long, BASE_EXTENDER, EXT_FIND_PROP, (void *, const wch *), name);
}

bool object_prop_readable(object *o, long i)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_PROP_READABLE, (void *, long), i) != 0;
}

bool object_prop_writable(object *o, long i)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_PROP_WRITABLE, (void *, long), i) != 0;
}

bool object_get_prop(object *o, long i, variant *v)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_GET_PROP, (void *, long, variant *), i, v) != 0;
}

bool object_set_prop(object *o, long i, variant *v)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_SET_PROP, (void *, long, variant *), i, v) != 0;
}

long object_nmethods(object *o) { return CALL(long, BASE_EXTENDER, EXT_NMETHODS, (void *)); }

long object_find_method(object *o, const wch *name)
{
	return CALL(long, BASE_EXTENDER, EXT_FIND_METHOD, (void *, const wch *), name);
}

long object_nparams(object *o, long method)
{
	return CALL(long, BASE_EXTENDER, EXT_NPARAMS, (void *, long), method);
}

bool object_has_ret(object *o, long method)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_HAS_RET, (void *, long), method) != 0;
}

bool object_default(object *o, long method, long param, variant *v)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_DEFAULT, (void *, long, long, variant *), method, param, v) != 0;
}

bool object_call_proc(object *o, long method, variant *args, long n)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_CALL_PROC, (void *, long, variant *, long), method, args, n) != 0;
}

bool object_call_func(object *o, long method, variant *ret, variant *args, long n)
{
	return CALL(abi_bool, BASE_EXTENDER, EXT_CALL_FUNC, (void *, long, variant *, variant *, long), method,
		ret, args, n) != 0;
}

// A name ends with a NUL, which must lie within the memory it was given.
static void name_json(buf *b, wch *name, const char *what)
{
	size_t max = memory_size(name) / sizeof(wch), n = 0;
	while (n < max && name[n] != 0)
		n++;
	if (name != NULL && n == max)
		violation("%s has no closing NUL within its memory", what);
	buf_json_wide(b, name, n);
	memory_free(name, what);
}

void object_prop_name(object *o, long i, long language, buf *b)
{
	name_json(b, CALL(wch *, BASE_EXTENDER, EXT_PROP_NAME, (void *, long, long), i, language), "a property's name");
}

void object_method_name(object *o, long i, long language, buf *b)
{
	name_json(b, CALL(wch *, BASE_EXTENDER, EXT_METHOD_NAME, (void *, long, long), i, language), "a method's name");
}
