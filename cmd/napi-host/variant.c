#include "variant.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const char *const type_names[] = {
	[VT_EMPTY] = "EMPTY", [VT_NULL] = "NULL", [VT_I2] = "I2", [VT_I4] = "I4",
	[VT_R4] = "R4", [VT_R8] = "R8", [VT_DATE] = "DATE", [VT_TM] = "TM",
	[VT_PSTR] = "PSTR", [VT_INTERFACE] = "INTERFACE", [VT_ERROR] = "ERROR",
	[VT_BOOL] = "BOOL", [VT_VARIANT] = "VARIANT", [VT_I1] = "I1", [VT_UI1] = "UI1",
	[VT_UI2] = "UI2", [VT_UI4] = "UI4", [VT_I8] = "I8", [VT_UI8] = "UI8",
	[VT_INT] = "INT", [VT_UINT] = "UINT", [VT_HRESULT] = "HRESULT",
	[VT_PWSTR] = "PWSTR", [VT_BLOB] = "BLOB", [VT_CLSID] = "CLSID",
};
enum { TYPES = sizeof type_names / sizeof *type_names };

const char *variant_type(const variant *v)
{
	return v->vt < TYPES ? type_names[v->vt] : "UNKNOWN";
}

static int type_by_name(const json *name)
{
	if (name == NULL || name->type != JSON_STRING)
		return -1;
	for (int i = 0; i < TYPES; i++)
		if (wide_is(name->str, name->len, type_names[i]))
			return i;
	return -1;
}

// Gregorian days since 1970-01-01, for any year (the proleptic calendar).
static int64_t days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t days, int64_t *y, int *m, int *d)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

static const char *date_from_json(variant *v, const json *j)
{
	static const char *const bad = "date: want \"2006-01-02T15:04:05\"";
	char s[20];
	if (j->type != JSON_STRING || j->len != 19)
		return bad;
	for (size_t i = 0; i <= 19; i++)
		s[i] = j->str[i] < 128 ? (char)j->str[i] : '?';
	int y, mon, d, h, min, sec, end = 0;
	if (sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d%n", &y, &mon, &d, &h, &min, &sec, &end) != 6 || end != 19)
		return bad;
	int64_t yy;
	int mm, dd;
	civil_from_days(days_from_civil(y, mon, d), &yy, &mm, &dd);
	if (y < 1 || mon < 1 || mon > 12 || yy != y || mm != mon || dd != d || h < 0 || h > 23 ||
		min < 0 || min > 59 || sec < 0 || sec > 59)
		return bad;
	v->u.tm.tm_year = y - 1900;
	v->u.tm.tm_mon = mon - 1;
	v->u.tm.tm_mday = d;
	v->u.tm.tm_hour = h;
	v->u.tm.tm_min = min;
	v->u.tm.tm_sec = sec;
	v->vt = VT_TM;
	return NULL;
}

static const char *blob_from_json(variant *v, const json *j)
{
	if (j->type != JSON_STRING)
		return "blob: want base64 in a string";
	uint8_t *out = memory_alloc(j->len / 4 * 3 + 1);
	long n = base64_decode(j->str, j->len, out);
	if (n < 0) {
		memory_free(out, "blob");
		return "blob: bad base64";
	}
	v->u.s.p = (char *)out;
	v->u.s.len = (uint32_t)n;
	v->vt = VT_BLOB;
	return NULL;
}

// A numeric type of the client's choice: the platform's web client may send
// any, so a component has to take all.
static const char *typed_from_json(variant *v, int vt, const json *j)
{
	if (j == NULL || j->type != JSON_NUMBER)
		return "value: want a number";
	if (vt != VT_R4 && vt != VT_R8 && vt != VT_DATE && !j->integral)
		return "value: want an integer";
	switch (vt) {
	case VT_I1: v->u.i1 = (int8_t)j->integer; break;
	case VT_UI1: v->u.ui1 = (uint8_t)j->integer; break;
	case VT_I2: v->u.i2 = (int16_t)j->integer; break;
	case VT_UI2: v->u.ui2 = (uint16_t)j->integer; break;
	case VT_I4: case VT_INT: case VT_ERROR: case VT_HRESULT: v->u.i4 = (int32_t)j->integer; break;
	case VT_UI4: case VT_UINT: v->u.ui4 = (uint32_t)j->integer; break;
	case VT_I8: v->u.i8 = j->integer; break;
	case VT_UI8: v->u.ui8 = (uint64_t)j->integer; break;
	case VT_R4: v->u.r4 = (float)j->number; break;
	case VT_R8: v->u.r8 = j->number; break;
	case VT_DATE: v->u.date = j->number; break;
	default: return "vt: not a numeric type";
	}
	v->vt = (uint16_t)vt;
	return NULL;
}

static const char *object_from_json(variant *v, const json *j)
{
	const json *m = json_get(j, "date");
	if (m != NULL)
		return date_from_json(v, m);
	if ((m = json_get(j, "blob")) != NULL)
		return blob_from_json(v, m);
	if ((m = json_get(j, "vt")) != NULL)
		return typed_from_json(v, type_by_name(m), json_get(j, "value"));
	if (json_get(j, "null") != NULL) {
		v->vt = VT_NULL;
		return NULL;
	}
	return "an object value needs the key null, date, blob or vt";
}

const char *variant_from_json(variant *v, const json *j)
{
	memset(v, 0, sizeof *v);
	switch (j->type) {
	case JSON_NULL:
		return NULL;
	case JSON_BOOL:
		v->vt = VT_BOOL;
		v->u.b = j->boolean;
		return NULL;
	case JSON_NUMBER:
		if (floor(j->number) == j->number && fabs(j->number) <= 2147483647.0) {
			v->vt = VT_I4;
			v->u.i4 = (int32_t)j->number;
		} else {
			v->vt = VT_R8;
			v->u.r8 = j->number;
		}
		return NULL;
	case JSON_STRING:
		// Exactly the units, no NUL: the length is the contract, and a reader
		// past it shall be seen by valgrind.
		v->u.w.p = memory_alloc(j->len > 0 ? j->len * sizeof(wch) : sizeof(wch));
		memcpy(v->u.w.p, j->str, j->len * sizeof(wch));
		v->u.w.len = (uint32_t)j->len;
		v->vt = VT_PWSTR;
		return NULL;
	case JSON_OBJECT:
		return object_from_json(v, j);
	default:
		return "an array is no value of BSL";
	}
}

static void number_json(buf *b, double r)
{
	if (r - r != 0) { // NaN and infinities have no JSON
		buf_str(b, r != r ? "{\"number\":\"NaN\"}" : r > 0 ? "{\"number\":\"+Inf\"}" : "{\"number\":\"-Inf\"}");
		return;
	}
	char s[40];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(s, sizeof s, "%.*g", digits, r);
		if (strtod(s, NULL) == r)
			break;
	}
	buf_str(b, s);
}

static void date_json(buf *b, int64_t y, int mon, int d, int h, int min, int sec)
{
	buf_fmt(b, "{\"date\":\"%04lld-%02d-%02dT%02d:%02d:%02d\"}", (long long)y, mon, d, h, min, sec);
}

static void ole_date_json(buf *b, double date)
{
	if (!(date > -1e6 && date < 4e6)) {
		number_json(b, date);
		return;
	}
	double whole = floor(date);
	int64_t sec = (int64_t)floor((date - whole) * 86400 + 0.5), y;
	int mon, d;
	civil_from_days((int64_t)whole - 25569 + sec / 86400, &y, &mon, &d);
	sec %= 86400;
	date_json(b, y, mon, d, (int)(sec / 3600), (int)(sec / 60 % 60), (int)(sec % 60));
}

void variant_json(buf *b, const variant *v)
{
	switch (v->vt) {
	case VT_EMPTY: buf_str(b, "null"); return;
	case VT_NULL: buf_str(b, "{\"null\":true}"); return;
	case VT_BOOL: buf_str(b, v->u.b != 0 ? "true" : "false"); return;
	case VT_I1: buf_fmt(b, "%d", v->u.i1); return;
	case VT_UI1: buf_fmt(b, "%u", v->u.ui1); return;
	case VT_I2: buf_fmt(b, "%d", v->u.i2); return;
	case VT_UI2: buf_fmt(b, "%u", v->u.ui2); return;
	case VT_I4: case VT_INT: case VT_ERROR: case VT_HRESULT: buf_fmt(b, "%d", (int)v->u.i4); return;
	case VT_UI4: case VT_UINT: buf_fmt(b, "%u", (unsigned)v->u.ui4); return;
	case VT_I8: buf_fmt(b, "%lld", (long long)v->u.i8); return;
	case VT_UI8: buf_fmt(b, "%llu", (unsigned long long)v->u.ui8); return;
	case VT_R4: number_json(b, (double)v->u.r4); return;
	case VT_R8: number_json(b, v->u.r8); return;
	case VT_DATE: ole_date_json(b, v->u.date); return;
	case VT_TM:
		date_json(b, (int64_t)v->u.tm.tm_year + 1900, v->u.tm.tm_mon + 1, v->u.tm.tm_mday,
			v->u.tm.tm_hour, v->u.tm.tm_min, v->u.tm.tm_sec);
		return;
	case VT_PSTR: buf_json_bytes(b, v->u.s.p, v->u.s.p != NULL ? v->u.s.len : 0); return;
	case VT_PWSTR: buf_json_wide(b, v->u.w.p, v->u.w.p != NULL ? v->u.w.len : 0); return;
	case VT_BLOB:
		buf_str(b, "{\"blob\":\"");
		buf_base64(b, v->u.s.p, v->u.s.p != NULL ? v->u.s.len : 0);
		buf_str(b, "\"}");
		return;
	}
	buf_fmt(b, "{\"vt\":%u}", v->vt);
}

void variant_check(const variant *v, const char *what)
{
	switch (v->vt) {
	case VT_I8:
	case VT_UI8:
		violation("%s is %s: the platform cannot read wide integers", what, variant_type(v));
		return;
	case VT_PWSTR:
		if (v->u.w.len > 0 && memory_size(v->u.w.p) < (size_t)v->u.w.len * sizeof(wch))
			violation("%s: the string is longer than its memory, or the memory is foreign", what);
		return;
	case VT_PSTR:
	case VT_BLOB:
		if (v->u.s.len > 0 && memory_size(v->u.s.p) < v->u.s.len)
			violation("%s: the bytes are longer than their memory, or the memory is foreign", what);
		return;
	case VT_INTERFACE:
	case VT_VARIANT:
	case VT_CLSID:
		violation("%s is %s: BSL has no such value", what, variant_type(v));
		return;
	default:
		if (v->vt >= TYPES)
			violation("%s has the unknown type %u", what, v->vt);
	}
}

void variant_clear(variant *v, const char *what)
{
	if (v->vt == VT_PWSTR)
		memory_free(v->u.w.p, what);
	if (v->vt == VT_PSTR || v->vt == VT_BLOB)
		memory_free(v->u.s.p, what);
	memset(v, 0, sizeof *v);
}
