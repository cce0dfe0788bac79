// A component for the tests of napi-host, built for Linux only: it shows each
// thing a component may do, and on request what a component must not do, so
// that the host's checks are seen to work. The layout is written out here
// once more on purpose: a shared header would hide a common mistake.
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint16_t wch;
typedef struct {
	union {
		int32_t i4;
		int64_t i8;
		double r8;
		uint8_t b;
		struct tm tm;
		struct { char *p; uint32_t len; } s;
		struct { wch *p; uint32_t len; } w;
	} u;
	uint32_t elements;
	uint16_t vt;
} variant;
enum { EMPTY = 0, I4 = 3, I8 = 17, PSTR = 8, PWSTR = 22, BLOB = 23 };

struct probe {
	const void *vptr[4];
	void *conn, *memory;
	variant value;
};

#define SLOT(object, i, type) ((type)(*(void ***)(object))[2 + (i)])

static bool mem_alloc(struct probe *o, void **p, unsigned long n)
{
	return SLOT(o->memory, 0, bool (*)(void *, void **, unsigned long))(o->memory, p, n);
}

static void mem_free(struct probe *o, void **p) { SLOT(o->memory, 1, void (*)(void *, void **))(o->memory, p); }

static void add_error(struct probe *o, const wch *text)
{
	SLOT(o->conn, 0, bool (*)(void *, unsigned short, const wch *, const wch *, long))(o->conn, 1006, u"Probe", text, 1);
}

static bool external_event(struct probe *o, wch *data)
{
	return SLOT(o->conn, 6, bool (*)(void *, wch *, wch *, wch *))(o->conn, u"Probe", u"Tick", data);
}

static struct probe *of(void *self, int base) { return (struct probe *)((char *)self - base * sizeof(void *)); }

static size_t wlen(const wch *p)
{
	size_t n = 0;
	while (p[n])
		n++;
	return n;
}

static wch *dup(struct probe *o, const wch *s, size_t n)
{
	void *p = NULL;
	mem_alloc(o, &p, (n + 1) * sizeof(wch));
	memcpy(p, s, n * sizeof(wch));
	((wch *)p)[n] = 0;
	return p;
}

static void clear(struct probe *o, variant *v)
{
	if (v->vt == PWSTR || v->vt == BLOB || v->vt == PSTR)
		mem_free(o, (void **)&v->u.s.p);
	memset(v, 0, sizeof *v);
}

static void copy(struct probe *o, variant *to, const variant *from)
{
	*to = *from;
	if (from->vt == PWSTR)
		to->u.w.p = dup(o, from->u.w.p, from->u.w.len);
	if (from->vt == BLOB) {
		to->u.s.p = NULL;
		mem_alloc(o, (void **)&to->u.s.p, from->u.s.len + 1);
		memcpy(to->u.s.p, from->u.s.p, from->u.s.len);
	}
}

static void init_dtor_complete(void *self) { (void)self; }
static void init_dtor(void *self) { free(of(self, 0)); }
static bool init_init(void *self, void *conn) { of(self, 0)->conn = conn; return true; }
static bool init_memory(void *self, void *memory) { of(self, 0)->memory = memory; return true; }
static long init_info(void *self) { (void)self; return 2000; }
static void init_done(void *self) { (void)self; }

enum { ECHO, EMIT, FAIL, SWAP, DEFAULTS, LEAK, WIDE, BAD_THREAD, APP, DEPTH, METHODS };
static const wch *const names[METHODS][2] = {
	{u"Echo", u"Эхо"}, {u"Emit", u"Событие"}, {u"Fail", u"Ошибиться"}, {u"Swap", u"Обменять"},
	{u"Defaults", u"Умолчания"}, {u"Leak", u"Утечка"}, {u"Wide", u"Широкое"}, {u"BadThread", u"ЧужойПоток"},
	{u"Application", u"Приложение"}, {u"Depth", u"Глубина"},
};
static const int nparams[METHODS] = {1, 2, 0, 2, 3, 0, 0, 0, 0, 1};

static bool same(const wch *a, const wch *b)
{
	size_t n = wlen(a);
	return n == wlen(b) && memcmp(a, b, n * sizeof(wch)) == 0;
}

static bool ext_register(void *self, wch **name) { *name = dup(of(self, 1), u"Probe", 5); return true; }
static long ext_nprops(void *self) { (void)self; return 1; }
static long ext_find_prop(void *self, const wch *name) { (void)self; return same(name, u"Value") || same(name, u"Значение") ? 0 : -1; }
static wch *ext_prop_name(void *self, long i, long alias)
{
	(void)i;
	const wch *s = alias == 0 ? u"Value" : u"Значение";
	return dup(of(self, 1), s, wlen(s));
}
static bool ext_get(void *self, long i, variant *v)
{
	if (i != 0)
		return false;
	copy(of(self, 1), v, &of(self, 1)->value);
	return true;
}
static bool ext_set(void *self, long i, variant *v)
{
	struct probe *o = of(self, 1);
	if (i != 0)
		return false;
	clear(o, &o->value);
	copy(o, &o->value, v);
	return true;
}
static bool ext_yes(void *self, long i) { (void)self; return i == 0; }
static long ext_nmethods(void *self) { (void)self; return METHODS; }
static long ext_find_method(void *self, const wch *name)
{
	(void)self;
	for (long i = 0; i < METHODS; i++)
		if (same(name, names[i][0]) || same(name, names[i][1]))
			return i;
	return -1;
}
static wch *ext_method_name(void *self, long i, long alias)
{
	return dup(of(self, 1), names[i][alias], wlen(names[i][alias]));
}
static long ext_nparams(void *self, long i) { (void)self; return i >= 0 && i < METHODS ? nparams[i] : 0; }
static bool ext_default(void *self, long method, long param, variant *v)
{
	if (method == EMIT && param == 1) {
		v->u.i4 = 0;
		v->vt = I4;
		return true;
	}
	if (method != DEFAULTS || param == 0)
		return false;
	if (param == 1) {
		v->u.i4 = 5;
		v->vt = I4;
		return true;
	}
	v->u.w.p = dup(of(self, 1), u"нет", 3);
	v->u.w.len = 3;
	v->vt = PWSTR;
	return true;
}
static bool ext_has_ret(void *self, long i) { (void)self; return i != FAIL && i != SWAP; }

struct job {
	struct probe *o;
	int count, retry;
};

// Raises count events; with retry each is offered again until it is taken.
static void *emit(void *arg)
{
	struct job j = *(struct job *)arg;
	free(arg);
	for (int i = 0; i < j.count; i++) {
		wch data[] = {(wch)('0' + i / 100 % 10), (wch)('0' + i / 10 % 10), (wch)('0' + i % 10), 0};
		while (!external_event(j.o, data) && j.retry)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return NULL;
}

static void *bad_thread(void *arg)
{
	add_error(arg, u"с чужого потока");
	return NULL;
}

static bool call(void *self, long i, variant *ret, variant *args, long n)
{
	struct probe *o = of(self, 1);
	void *p = NULL;
	pthread_t t;
	if (i < 0 || i >= METHODS || n != nparams[i])
		return false;
	switch (i) {
	case ECHO:
		copy(o, ret, &args[0]);
		return true;
	case EMIT: {
		struct job *j = malloc(sizeof *j);
		*j = (struct job){o, args[0].u.i4, args[1].u.i4};
		pthread_create(&t, NULL, emit, j);
		pthread_detach(t);
		return true;
	}
	case FAIL:
		add_error(o, u"не вышло");
		return false;
	case SWAP: {
		variant first = args[0];
		args[0] = args[1];
		args[1] = first;
		return true;
	}
	case DEFAULTS:
		copy(o, ret, &args[2]);
		return true;
	case LEAK:
		mem_alloc(o, &p, 10);
		return true;
	case WIDE:
		ret->u.i8 = 1;
		ret->vt = I8;
		return true;
	case BAD_THREAD:
		pthread_create(&t, NULL, bad_thread, o);
		pthread_join(t, NULL);
		return true;
	case APP: {
		void *info = SLOT(o->conn, 10, void *(*)(void *, int32_t))(o->conn, 1);
		struct app { const wch *version, *agent; int32_t application; } *app =
			((struct app * (*)(void *)) (**(void ***)info))(info);
		ret->u.i4 = app->application;
		ret->vt = I4;
		return true;
	}
	case DEPTH:
		ret->u.b = SLOT(o->conn, 4, bool (*)(void *, long))(o->conn, args[0].u.i4);
		ret->vt = 11;
		return true;
	}
	return false;
}
static bool ext_proc(void *self, long i, variant *args, long n) { return call(self, i, NULL, args, n); }

static void set_locale(void *self, const wch *locale) { (void)self; (void)locale; }

static void *const init_table[] = {0, 0, init_dtor_complete, init_dtor, init_init, init_memory, init_info, init_done};
static void *const ext_table[] = {0, 0, 0, 0, ext_register, ext_nprops, ext_find_prop, ext_prop_name, ext_get, ext_set,
	ext_yes, ext_yes, ext_nmethods, ext_find_method, ext_method_name, ext_nparams, ext_default, ext_has_ret, ext_proc, call};
static void *const locale_table[] = {0, 0, 0, 0, set_locale};

const wch *GetClassNames(void) { return u"Probe|Other"; }
long GetClassObject(const wch *name, void **out)
{
	if (!same(name, u"Probe"))
		return 0;
	struct probe *o = calloc(1, sizeof *o);
	o->vptr[0] = &init_table[2];
	o->vptr[1] = &ext_table[2];
	o->vptr[2] = &locale_table[2];
	o->vptr[3] = &locale_table[2];
	*out = o;
	return 1;
}
long DestroyObject(void **p)
{
	struct probe *o = *p;
	clear(o, &o->value);
	free(o);
	*p = NULL;
	return 0;
}
int32_t SetPlatformCapabilities(int32_t offered) { return offered < 3 ? offered : 3; }
int32_t GetAttachType(void) { return 3; }
