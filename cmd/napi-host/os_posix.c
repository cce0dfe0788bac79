#if !defined(_WIN32)
#define _GNU_SOURCE
#include "os.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text.h"

void os_mutex_init(os_mutex *m) { pthread_mutex_init(m, NULL); }
void os_lock(os_mutex *m) { pthread_mutex_lock(m); }
void os_unlock(os_mutex *m) { pthread_mutex_unlock(m); }
void os_cond_init(os_cond *c) { pthread_cond_init(c, NULL); }
void os_wait(os_cond *c, os_mutex *m) { pthread_cond_wait(c, m); }
void os_wake(os_cond *c) { pthread_cond_broadcast(c); }

struct start {
	void (*fn)(void *);
	void *arg;
};

static void *trampoline(void *p)
{
	struct start s = *(struct start *)p;
	free(p);
	s.fn(s.arg);
	return NULL;
}

bool os_thread(void (*fn)(void *), void *arg)
{
	struct start *s = xmalloc(sizeof *s);
	*s = (struct start){fn, arg};
	pthread_t t;
	if (pthread_create(&t, NULL, trampoline, s) != 0) {
		free(s);
		return false;
	}
	pthread_detach(t);
	return true;
}

uintptr_t os_thread_id(void) { return (uintptr_t)pthread_self(); }

int64_t os_now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void *os_load(const wch *path, long *code, char *text, size_t size)
{
	buf b = {0};
	buf_utf8_from_wide(&b, path, wide_len(path));
	void *library = dlopen(b.p, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		const char *why = dlerror();
		*code = 0;
		snprintf(text, size, "%s", why != NULL ? why : "dlopen failed");
	}
	buf_free(&b);
	return library;
}

void *os_symbol(void *library, const char *name) { return dlsym(library, name); }

void os_binary_stdio(void) {}

const char *os_name(void) { return "linux"; }

const char *os_arch(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__aarch64__)
	return "arm64";
#else
	return "386";
#endif
}
#endif
