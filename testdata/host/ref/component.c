/* Exports, vtables, life cycle and lookups. */
#include "ref.h"

#define SELF(k) ((object *)((char *)self - (k) * sizeof(void *)))

const unit ref_class[] = u"MangoOfficeSDK";

static const void *const done_and_co[];
static const void *const extender[];
static const void *const locale[];
static const void *const language[];

static unit fold(unit c) {
	if ((c >= 'A' && c <= 'Z') || (c >= 0x410 && c <= 0x42f)) return c + 0x20;
	return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

static bool same(const unit *a, const unit *b) {
	for (; *a && *b; a++, b++)
		if (fold(*a) != fold(*b)) return false;
	return *a == *b;
}

static uint32_t length(const unit *s) {
	uint32_t n = 0;
	while (s[n]) n++;
	return n;
}

static void stop(object *o) {
	o->stop = 1;
	while (o->alive) ref_pause();
	o->host = NULL;
}

static void destroy(object *o, bool free_memory) {
	if (!o->stop) stop(o);
	if (o->kept.vt >= T_PWSTR) free(o->kept.u.s.p);
	o->kept.vt = T_EMPTY;
	if (o->mutex) ref_lock_free(o);
	o->mutex = NULL;
	if (free_memory) free(o);
}

/* --- exports --- */

EXPORT const unit *GetClassNames(void) { return ref_class; }

EXPORT int32_t SetPlatformCapabilities(int32_t level) {
	(void)level;
	return 3;
}

EXPORT int32_t GetAttachType(void) { return 3; }

EXPORT long GetClassObject(const unit *name, void **out) {
	object *o;
	uint32_t i = 0;
	if (!name || !out || *out) return 0;
	while (name[i] && name[i] == ref_class[i]) i++;
	if (name[i] != ref_class[i]) return 0;
	if (!(o = calloc(1, sizeof *o))) return 0;
	o->vptr[0] = done_and_co + 2;
	o->vptr[1] = extender + 2;
	o->vptr[2] = locale + 2;
	o->vptr[3] = language + 2;
	ref_lock_new(o);
	*out = o;
	return 1;
}

EXPORT long DestroyObject(void **p) {
	if (!p || !*p) return -1;
	destroy(*p, true);
	*p = NULL;
	return 0;
}

/* --- base 0 --- */

static bool CALL init(void *self, void *host) {
	object *o = SELF(0);
	o->host = host;
	if (o->host && o->host->table->depth(o->host) < 1000) o->host->table->set_depth(o->host, 1000);
	return host != NULL;
}

static bool CALL set_memory(void *self, void *m) { return (SELF(0)->memory = m) != NULL; }

static long CALL info(void *self) {
	(void)self;
	return 2000;
}

static void CALL done(void *self) {
	if (!SELF(0)->stop) stop(SELF(0));
}

/* --- base 1 --- */

static unit *copied(object *o, const unit *s) {
	void *p = NULL;
	unsigned long n = (length(s) + 1) * sizeof *s;
	if (!o->memory || !o->memory->table->alloc(o->memory, &p, n)) return NULL;
	return memcpy(p, s, n);
}

static bool CALL register_as(void *self, unit **name) { return (*name = copied(SELF(1), ref_class)) != NULL; }

static long CALL n_props(void *self) {
	(void)self;
	return PROPERTIES;
}

static long CALL find_prop(void *self, const unit *name) {
	(void)self;
	for (long i = 0; name && i < PROPERTIES; i++)
		if (same(name, ref_properties[i].name[0]) || same(name, ref_properties[i].name[1])) return i;
	return -1;
}

static const unit *CALL prop_name(void *self, long i, long alias) {
	if (i < 0 || i >= PROPERTIES || alias < 0 || alias > 1) return NULL;
	return copied(SELF(1), ref_properties[i].name[alias]);
}

static bool CALL get_prop(void *self, long i, variant *v) {
	object *o = SELF(1);
	if (o->stop || !v) return false;
	switch (i) {
	case 0: return ref_give(o, v, u"probe", 5, T_PWSTR);
	case 1: v->u.i4 = (int32_t)o->counter, v->vt = T_I4; return true;
	case 2: return ref_copy(o, v, &o->kept);
	case 3: v->u.ui1 = o->raise, v->vt = T_BOOL; return true;
	}
	return false;
}

static bool keep(object *o, const variant *v) {
	variant k = *v;
	if (k.vt == T_PWSTR || k.vt == T_PSTR || k.vt == T_BLOB) {
		size_t n = k.u.s.n * (k.vt == T_PWSTR ? sizeof(unit) : 1);
		if (!(k.u.s.p = malloc(n + 1))) return false;
		memcpy(k.u.s.p, v->u.s.p, n);
	}
	if (o->kept.vt >= T_PWSTR || o->kept.vt == T_PSTR) free(o->kept.u.s.p);
	o->kept = k;
	return true;
}

static bool CALL set_prop(void *self, long i, variant *v) {
	object *o = SELF(1);
	if (o->stop || !v) return false;
	switch (i) {
	case 1:
		if (v->vt != T_I4 || v->u.i4 < 0) return ref_fail(o, u"Счётчик: неверное значение");
		o->counter = v->u.i4;
		return true;
	case 2: return keep(o, v);
	case 3:
		if (v->vt != T_BOOL) return ref_fail(o, u"ВызыватьИсключения: нужно Булево");
		o->raise = v->u.ui1;
		return true;
	}
	return false;
}

static bool CALL readable(void *self, long i) {
	(void)self;
	return i >= 0 && i < PROPERTIES;
}

static bool CALL writable(void *self, long i) {
	(void)self;
	return i >= 0 && i < PROPERTIES && ref_properties[i].writable;
}

static long CALL n_methods(void *self) {
	(void)self;
	return METHODS;
}

static long CALL find_method(void *self, const unit *name) {
	(void)self;
	for (long i = 0; name && i < METHODS; i++)
		if (same(name, ref_methods[i].name[0]) || same(name, ref_methods[i].name[1])) return i;
	return -1;
}

static const unit *CALL method_name(void *self, long i, long alias) {
	if (i < 0 || i >= METHODS || alias < 0 || alias > 1) return NULL;
	return copied(SELF(1), ref_methods[i].name[alias]);
}

static long CALL n_params(void *self, long i) {
	(void)self;
	return i >= 0 && i < METHODS ? ref_methods[i].params : -1;
}

static bool CALL default_value(void *self, long m, long p, variant *v) { return ref_default(SELF(1), m, p, v); }

static bool CALL has_ret(void *self, long i) {
	(void)self;
	return i >= 0 && i < METHODS && ref_methods[i].returns;
}

static bool run(object *o, long i, variant *ret, variant *args, long n) {
	if (i < 0 || i >= METHODS || o->stop) return false;
	if (n != ref_methods[i].params || (n > 0 && !args)) return ref_fail(o, u"Неверное количество параметров");
	return ref_methods[i].body(o, ret, args, n);
}

static bool CALL call_proc(void *self, long i, variant *args, long n) {
	object *o = SELF(1);
	variant ret = {.vt = T_EMPTY};
	bool ok = run(o, i, &ret, args, n);
	if (ret.vt == T_PWSTR || ret.vt == T_BLOB) o->memory->table->release(o->memory, &ret.u.s.p);
	return ok;
}

static bool CALL call_func(void *self, long i, variant *ret, variant *args, long n) {
	if (!ret) return false;
	ret->vt = T_EMPTY;
	return run(SELF(1), i, ret, args, n);
}

/* --- bases 2 and 3 --- */

static void CALL set_text(void *self, const unit *text) { (void)self, (void)text; }

/* --- destructors: of each base, adjusted --- */

#ifdef _WIN32
#define DESTRUCTORS(k)                                            \
	static void *THISCALL deleting##k(void *self, unsigned flags) { \
		destroy(SELF(k), flags & 1);                              \
		return self;                                              \
	}
#define SLOTS(k) (void *)deleting##k
#else
#define DESTRUCTORS(k)                                                 \
	static void complete##k(void *self) { destroy(SELF(k), false); }   \
	static void deleting##k(void *self) { destroy(SELF(k), true); }
#define SLOTS(k) (void *)complete##k, (void *)deleting##k
#endif
DESTRUCTORS(0)
DESTRUCTORS(1)
DESTRUCTORS(2)
DESTRUCTORS(3)

static const void *const done_and_co[] = {0, 0, SLOTS(0), init, set_memory, info, done};
static const void *const extender[] = {0, 0, SLOTS(1), register_as, n_props, find_prop, prop_name, get_prop, set_prop, readable, writable,
                                       n_methods, find_method, method_name, n_params, default_value, has_ret, call_proc, call_func};
static const void *const locale[] = {0, 0, SLOTS(2), set_text};
static const void *const language[] = {0, 0, SLOTS(3), set_text};
