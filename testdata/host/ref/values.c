/* Methods about values. */
#include <stdio.h>

#include "ref.h"

bool ref_fail(object *o, const unit *text) {
	if (o->host) o->host->table->add_error(o->host, 1006, u"AddIn.MangoOfficeSDK", text, 1);
	return false;
}

bool ref_give(object *o, variant *to, const void *p, uint32_t n, uint16_t vt) {
	size_t bytes = n * (vt == T_PWSTR ? sizeof(unit) : 1);
	void *mem = NULL;
	if (!o->memory || !o->memory->table->alloc(o->memory, &mem, (unsigned long)(bytes + sizeof(unit)))) return false;
	memcpy(mem, p, bytes);
	memset((char *)mem + bytes, 0, sizeof(unit));
	to->u.s.p = mem;
	to->u.s.n = n;
	to->vt = vt;
	return true;
}

static void real(variant *to, double d) {
	to->u.r8 = d;
	to->vt = T_R8;
}

static void integer(variant *to, int64_t i) {
	if (i != (int32_t)i) {
		real(to, (double)i);
		return;
	}
	to->u.i4 = (int32_t)i;
	to->vt = T_I4;
}

int64_t ref_integer(const variant *v, int64_t otherwise) {
	switch (v->vt) {
	case T_I1: return v->u.i1;
	case T_I2: return v->u.i2;
	case T_I4: case T_INT: return v->u.i4;
	case T_I8: return v->u.i8;
	case T_UI1: return v->u.ui1;
	case T_UI2: return v->u.ui2;
	case T_UI4: case T_UINT: return v->u.ui4;
	case T_R8: return (int64_t)v->u.r8;
	}
	return otherwise;
}

/* Bytes of a T_PSTR: Latin-1 is all this reference needs. */
static bool widen(object *o, variant *to, const variant *from) {
	uint32_t n = from->u.s.n;
	const uint8_t *p = from->u.s.p;
	unit *w;
	if (!ref_give(o, to, u"", 0, T_PWSTR)) return false;
	o->memory->table->release(o->memory, &to->u.s.p);
	to->vt = T_EMPTY;
	if (!o->memory->table->alloc(o->memory, &to->u.s.p, (n + 1) * (unsigned long)sizeof(unit))) return false;
	w = to->u.s.p;
	for (uint32_t i = 0; i < n; i++) w[i] = p[i];
	w[n] = 0;
	to->u.s.n = n;
	to->vt = T_PWSTR;
	return true;
}

bool ref_copy(object *o, variant *to, const variant *from) {
	switch (from->vt) {
	case T_EMPTY: case T_NULL: to->vt = from->vt; return true;
	case T_R4: real(to, from->u.r4); return true;
	case T_R8: real(to, from->u.r8); return true;
	case T_UI8:
		if (from->u.ui8 > INT64_MAX)
			real(to, (double)from->u.ui8);
		else
			integer(to, (int64_t)from->u.ui8);
		return true;
	case T_BOOL: to->u.ui1 = from->u.ui1 != 0, to->vt = T_BOOL; return true;
	case T_DATE: to->u.r8 = from->u.r8, to->vt = T_DATE; return true;
	case T_TM: to->u.tm = from->u.tm, to->vt = T_TM; return true;
	case T_PWSTR: case T_BLOB: return ref_give(o, to, from->u.s.p, from->u.s.n, from->vt);
	case T_PSTR: return widen(o, to, from);
	case T_I1: case T_I2: case T_I4: case T_I8: case T_UI1: case T_UI2: case T_UI4: case T_INT: case T_UINT: integer(to, ref_integer(from, 0)); return true;
	}
	return ref_fail(o, u"Эхо: тип не поддерживается");
}

static bool nop(object *o, variant *ret, variant *args, long n) {
	(void)o, (void)ret, (void)args, (void)n;
	return true;
}

static bool echo(object *o, variant *ret, variant *args, long n) {
	(void)n;
	return ref_copy(o, ret, &args[0]);
}

/* out sets the out-parameter. */
static bool out(object *o, variant *v, const unit *text, uint32_t n) {
	variant was = *v;
	if (!ref_give(o, v, text, n, T_PWSTR)) return false;
	if ((was.vt == T_PWSTR || was.vt == T_PSTR || was.vt == T_BLOB) && was.u.s.p) o->memory->table->release(o->memory, &was.u.s.p);
	return true;
}

static bool join(object *o, variant *ret, variant *args, long n) {
	static const unit twig[] = u"ёлка 😀";
	unit s[600];
	char tail[64];
	uint32_t at = 0;
	(void)n;
	if (args[0].vt != T_PWSTR || (args[1].vt != T_PWSTR && args[1].vt != T_EMPTY)) return ref_fail(o, u"Сцепить: нужна Строка");
	if ((args[2].vt != T_I4 && args[2].vt != T_EMPTY) || (args[4].vt != T_BOOL && args[4].vt != T_EMPTY)) return ref_fail(o, u"Сцепить: неверный тип");
	if (args[0].u.s.n + (args[1].vt == T_PWSTR ? args[1].u.s.n : 8) > 500) return ref_fail(o, u"Сцепить: слишком длинно");
	memcpy(s, args[0].u.s.p, args[0].u.s.n * sizeof *s);
	at = args[0].u.s.n;
	s[at++] = '|';
	if (args[1].vt == T_PWSTR) {
		memcpy(s + at, args[1].u.s.p, args[1].u.s.n * sizeof *s);
		at += args[1].u.s.n;
	} else {
		memcpy(s + at, twig, sizeof twig - sizeof *twig);
		at += sizeof twig / sizeof *twig - 1;
	}
	snprintf(tail, sizeof tail, "|%d|%g|%s", args[2].vt == T_EMPTY ? -42 : args[2].u.i4,
	         args[3].vt == T_EMPTY ? 2.5 : args[3].vt == T_R8 ? args[3].u.r8 : (double)ref_integer(&args[3], 0),
	         args[4].vt == T_EMPTY || args[4].u.ui1 ? "true" : "false");
	for (const char *c = tail; *c; c++) s[at++] = (unit)*c;
	return out(o, &args[5], u"", 0) && ref_give(o, ret, s, at, T_PWSTR);
}

static bool fail(object *o, variant *ret, variant *args, long n) {
	static const unit why[] = u"{\"code\":\"call_unknown\"}";
	(void)n;
	if (args[0].vt != T_PWSTR && args[0].vt != T_EMPTY) return ref_fail(o, u"Отказать: нужна Строка");
	if (o->raise) return ref_fail(o, u"Звонок неизвестен");
	ret->u.ui1 = 0;
	ret->vt = T_BOOL;
	return out(o, &args[1], why, sizeof why / sizeof *why - 1);
}

static bool text(object *o, variant *ret, variant *args, long n) {
	int64_t count = ref_integer(&args[0], 1024);
	unit *p;
	(void)n;
	if (count < 0 || count > 16 << 20) return ref_fail(o, u"Строка: неверная длина");
	if (!o->memory || !o->memory->table->alloc(o->memory, &ret->u.s.p, (unsigned long)(count + 1) * sizeof *p)) return false;
	p = ret->u.s.p;
	for (int64_t i = 0; i < count; i++) p[i] = 'x';
	p[count] = 0;
	ret->u.s.n = (uint32_t)count;
	ret->vt = T_PWSTR;
	return true;
}

static bool panic(object *o, variant *ret, variant *args, long n) {
	(void)ret, (void)args, (void)n;
	return ref_fail(o, u"Паника: внутренняя ошибка");
}

static bool panic_elsewhere(object *o, variant *ret, variant *args, long n) {
	(void)o, (void)args, (void)n;
	ret->u.ui1 = 1;
	ret->vt = T_BOOL;
	return true;
}

static bool counts(object *o, variant *ret, variant *args, long n) {
	char s[120];
	unit w[120];
	int len;
	(void)args, (void)n;
	len = snprintf(s, sizeof s, "{\"objects\":1,\"goroutines\":%d,\"sent\":%ld,\"refused\":%ld,\"panics\":0}", o->alive, o->sent, o->refused);
	for (int i = 0; i < len; i++) w[i] = (unit)s[i];
	return ref_give(o, ret, w, (uint32_t)len, T_PWSTR);
}

bool ref_default(object *o, long m, long p, variant *v) {
	static const unit twig[] = u"ёлка 😀";
	if (m < 0 || m >= METHODS || p < 0 || p >= ref_methods[m].params || !v) return false;
	v->vt = T_EMPTY;
	if (m == 2 && p == 1) return ref_give(o, v, twig, sizeof twig / sizeof *twig - 1, T_PWSTR);
	if ((m == 2 && p == 5) || (m == 3 && p <= 1)) return ref_give(o, v, u"", 0, T_PWSTR);
	if (m == 2 && p == 2) return v->u.i4 = -42, v->vt = T_I4, true;
	if (m == 2 && p == 3) return v->u.r8 = 2.5, v->vt = T_R8, true;
	if (m == 2 && p == 4) return v->u.ui1 = 1, v->vt = T_BOOL, true;
	if (m == 4 && p == 0) return v->u.i4 = 1024, v->vt = T_I4, true;
	if (m == 7 && p == 1) return v->u.i4 = 1, v->vt = T_I4, true;
	if (m == 7 && p == 2) return v->u.ui1 = 0, v->vt = T_BOOL, true;
	return false;
}

const method ref_methods[METHODS] = {
	{{u"Nop", u"Пусто"}, 0, false, nop},
	{{u"Echo", u"Эхо"}, 1, true, echo},
	{{u"Join", u"Сцепить"}, 6, true, join},
	{{u"Fail", u"Отказать"}, 2, true, fail},
	{{u"Text", u"Строка"}, 1, true, text},
	{{u"Panic", u"Паника"}, 0, false, panic},
	{{u"PanicInGoroutine", u"ПаникаВПотоке"}, 0, true, panic_elsewhere},
	{{u"Burst", u"Выпалить"}, 3, true, ref_burst},
	{{u"Busy", u"Занять"}, 2, true, ref_busy},
	{{u"Counts", u"Порождено"}, 0, true, counts},
};

const property ref_properties[PROPERTIES] = {
	{{u"Version", u"Версия"}, false},
	{{u"Counter", u"Счётчик"}, true},
	{{u"Value", u"Значение"}, true},
	{{u"RaiseErrors", u"ВызыватьИсключения"}, true},
};
