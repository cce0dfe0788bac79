// Values between JSON and the component's variants.
//
// JSON               BSL              variant
// null               Неопределено     EMPTY
// {"null":true}      Null             NULL
// true, false        Булево           BOOL
// 5                  Число            I4 when it fits, as the platform does
// 5.5                Число            R8
// "text"             Строка           PWSTR, without a closing NUL
// {"date":"2026-01-02T03:04:05"}      TM (read back from DATE too)
// {"blob":"base64"}  ДвоичныеДанные   BLOB
// {"vt":"UI1","value":5}              the numeric type named
#ifndef NAPI_HOST_VARIANT_H
#define NAPI_HOST_VARIANT_H

#include "json.h"
#include "text.h"

// Fills v from j; strings and blobs are allocated with the memory manager.
// Returns NULL, or why the value is malformed.
const char *variant_from_json(variant *v, const json *j);

// Appends v as JSON.
void variant_json(buf *b, const variant *v);

// The name of v's type: "PWSTR", "I4", …
const char *variant_type(const variant *v);

// Reports a value the platform could not take from a component: a wide
// integer («Ошибка чтения значения»), foreign memory, a type without a place.
void variant_check(const variant *v, const char *what);

// Frees what v owns and makes it EMPTY.
void variant_clear(variant *v, const char *what);

#endif
