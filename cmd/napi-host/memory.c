#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

struct entry {
	void *p;
	size_t n;
};

// Open addressing; a freed slot keeps a tombstone so that probing goes on.
static struct {
	os_mutex lock;
	struct entry *slots;
	size_t cap, used; // used counts tombstones too
	long outstanding, total;
} heap;

enum { KEPT_VIOLATIONS = 32 };
static struct {
	char text[KEPT_VIOLATIONS][200];
	long count;
} bad;

static void *const tombstone = &heap;

static size_t slot_of(const struct entry *slots, size_t cap, const void *p, bool *found)
{
	size_t i = ((uintptr_t)p >> 4) * 2654435761u & (cap - 1), hole = cap;
	for (;; i = (i + 1) & (cap - 1)) {
		if (slots[i].p == p) {
			*found = true;
			return i;
		}
		if (slots[i].p == tombstone && hole == cap)
			hole = i;
		if (slots[i].p == NULL) {
			*found = false;
			return hole < cap ? hole : i;
		}
	}
}

static void grow(void)
{
	size_t cap = heap.cap > 0 ? heap.cap : 1024;
	while ((size_t)heap.outstanding * 4 >= cap)
		cap *= 2;
	struct entry *slots = xmalloc(cap * sizeof *slots);
	memset(slots, 0, cap * sizeof *slots);
	for (size_t i = 0; i < heap.cap; i++) {
		if (heap.slots[i].p == NULL || heap.slots[i].p == tombstone)
			continue;
		bool found;
		slots[slot_of(slots, cap, heap.slots[i].p, &found)] = heap.slots[i];
	}
	free(heap.slots);
	heap.slots = slots;
	heap.cap = cap;
	heap.used = (size_t)heap.outstanding;
}

void *memory_alloc(size_t n)
{
	void *p = xmalloc(n);
	// Not zero: a component that relies on fresh memory being empty is wrong.
	memset(p, 0xa5, n);
	os_lock(&heap.lock);
	if (heap.cap == 0 || heap.used * 2 >= heap.cap)
		grow();
	bool found;
	size_t i = slot_of(heap.slots, heap.cap, p, &found);
	if (heap.slots[i].p == NULL)
		heap.used++;
	heap.slots[i] = (struct entry){p, n};
	heap.outstanding++;
	heap.total++;
	os_unlock(&heap.lock);
	return p;
}

void memory_free(void *p, const char *what)
{
	if (p == NULL)
		return;
	bool found = false;
	os_lock(&heap.lock);
	if (heap.cap > 0) {
		size_t i = slot_of(heap.slots, heap.cap, p, &found);
		if (found) {
			heap.slots[i] = (struct entry){tombstone, 0};
			heap.outstanding--;
		}
	}
	os_unlock(&heap.lock);
	if (found)
		free(p);
	else
		violation("%s is not memory of this memory manager, or was freed already", what);
}

size_t memory_size(const void *p)
{
	size_t n = 0;
	os_lock(&heap.lock);
	if (heap.cap > 0 && p != NULL) {
		bool found;
		size_t i = slot_of(heap.slots, heap.cap, p, &found);
		n = found ? heap.slots[i].n : 0;
	}
	os_unlock(&heap.lock);
	return n;
}

long memory_outstanding(void)
{
	os_lock(&heap.lock);
	long n = heap.outstanding;
	os_unlock(&heap.lock);
	return n;
}

long memory_allocations(void)
{
	os_lock(&heap.lock);
	long n = heap.total;
	os_unlock(&heap.lock);
	return n;
}

static void ABI_DTOR manager_dtor(ABI_DTOR_PARAMS)
{
	ABI_DTOR_UNUSED;
	violation("the destructor of IMemoryManager was called");
}

static abi_bool ABI_CALL manager_alloc(void *self, void **p, unsigned long n)
{
	(void)self;
	if (p == NULL) {
		violation("AllocMemory with a NULL result pointer");
		return 0;
	}
	// What the platform does with 0 is written nowhere.
	if (n == 0)
		violation("AllocMemory(0)");
	*p = memory_alloc(n > 0 ? n : 1);
	return 1;
}

static void ABI_CALL manager_free(void *self, void **p)
{
	(void)self;
	if (p == NULL) {
		violation("FreeMemory with a NULL pointer");
		return;
	}
	memory_free(*p, "the pointer given to FreeMemory");
	*p = NULL;
}

static const struct {
	void *rtti[2];
	void(ABI_DTOR *dtor[ABI_DTORS])(ABI_DTOR_PARAMS);
	abi_bool(ABI_CALL *alloc)(void *, void **, unsigned long);
	void(ABI_CALL *free)(void *, void **);
} manager_table = {
	.dtor = ABI_DTOR_SLOTS(manager_dtor),
	.alloc = manager_alloc,
	.free = manager_free,
};

static struct {
	const void *vptr;
} manager;

void memory_init(void)
{
	os_mutex_init(&heap.lock);
	manager.vptr = &manager_table.dtor;
}

void *memory_manager(void) { return &manager; }

void violation(const char *format, ...)
{
	char text[sizeof bad.text[0]];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	os_lock(&heap.lock);
	if (bad.count < KEPT_VIOLATIONS)
		memcpy(bad.text[bad.count], text, sizeof text);
	bad.count++;
	os_unlock(&heap.lock);
}

long violations_count(void)
{
	os_lock(&heap.lock);
	long n = bad.count;
	os_unlock(&heap.lock);
	return n;
}

void violations_json(buf *b)
{
	os_lock(&heap.lock);
	buf_str(b, "[");
	for (long i = 0; i < bad.count && i < KEPT_VIOLATIONS; i++) {
		buf_str(b, i > 0 ? "," : "");
		buf_json_text(b, bad.text[i]);
	}
	buf_str(b, "]");
	os_unlock(&heap.lock);
}
