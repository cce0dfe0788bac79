// The host's memory manager (IMemoryManager). It knows every block it handed
// out, so a leak, a foreign pointer or a double free is reported and not
// guessed at.
#ifndef NAPI_HOST_MEMORY_H
#define NAPI_HOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

void memory_init(void);
void *memory_manager(void); // the IMemoryManager* for components

// For values the host itself passes in: a component may free and replace
// them, so they come from the same manager.
void *memory_alloc(size_t n);
// Frees a block; what names the value in a violation when p is not ours.
void memory_free(void *p, const char *what);
// Size of a living block, 0 when p is not one.
size_t memory_size(const void *p);

long memory_outstanding(void);  // blocks handed out and not freed
long memory_allocations(void);  // AllocMemory and memory_alloc calls so far

// A violation is something a correct component never does. Each is counted;
// the first ones are kept as text. May be called on any thread.
void violation(const char *format, ...) __attribute__((format(printf, 1, 2)));
void violations_json(buf *b); // appends a JSON array of texts
long violations_count(void);

#endif
