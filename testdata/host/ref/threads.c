/* Events from foreign threads, and threads that keep the machine busy. */
#include <stdio.h>

#include "ref.h"

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

void ref_lock_new(object *o) { InitializeCriticalSection(o->mutex = malloc(sizeof(CRITICAL_SECTION))); }
void ref_lock_free(object *o) {
	DeleteCriticalSection(o->mutex);
	free(o->mutex);
}
void ref_lock(object *o) { EnterCriticalSection(o->mutex); }
void ref_unlock(object *o) { LeaveCriticalSection(o->mutex); }
void ref_pause(void) { Sleep(1); }

typedef struct {
	void (*fn)(void *);
	void *arg;
} start;
static DWORD WINAPI begin(void *p) {
	start s = *(start *)p;
	free(p);
	s.fn(s.arg);
	return 0;
}
bool ref_thread(void (*fn)(void *), void *arg) {
	start *s = malloc(sizeof *s);
	HANDLE h;
	*s = (start){fn, arg};
	h = CreateThread(NULL, 0, begin, s, 0, NULL);
	if (h) CloseHandle(h);
	return h != NULL;
}
#else
#include <pthread.h>
#include <time.h>

void ref_lock_new(object *o) { pthread_mutex_init(o->mutex = malloc(sizeof(pthread_mutex_t)), NULL); }
void ref_lock_free(object *o) {
	pthread_mutex_destroy(o->mutex);
	free(o->mutex);
}
void ref_lock(object *o) { pthread_mutex_lock(o->mutex); }
void ref_unlock(object *o) { pthread_mutex_unlock(o->mutex); }
void ref_pause(void) { nanosleep(&(struct timespec){0, 1000000}, NULL); }

typedef struct {
	void (*fn)(void *);
	void *arg;
} start;
static void *begin(void *p) {
	start s = *(start *)p;
	free(p);
	s.fn(s.arg);
	return NULL;
}
bool ref_thread(void (*fn)(void *), void *arg) {
	start *s = malloc(sizeof *s);
	pthread_t id;
	*s = (start){fn, arg};
	if (pthread_create(&id, NULL, begin, s)) return free(s), false;
	pthread_detach(id);
	return true;
}
#endif

typedef struct {
	object *o;
	int thread, events;
} share;

/* Copies as the Go component must: source, name and data each anew. */
static unit *copied(const unit *s) {
	size_t n = 1;
	unit *p;
	while (s[n - 1]) n++;
	if (!(p = malloc(n * sizeof *p))) abort();
	return memcpy(p, s, n * sizeof *p);
}

static unit *data(int thread, int n) {
	static const unit tail[] = u",\"text\":\"Ёж 😀\"}";
	char s[60];
	unit *p;
	int len = snprintf(s, sizeof s, "{\"thread\":%d,\"n\":%d", thread, n);
	if (!(p = malloc(len * sizeof *p + sizeof tail))) abort();
	for (int i = 0; i < len; i++) p[i] = (unit)s[i];
	memcpy(p + len, tail, sizeof tail);
	return p;
}

static void send(object *o, int thread, int n) {
	unit *d = data(thread, n);
	for (bool taken = false; !taken && !o->stop;) {
		unit *source = copied(ref_class), *name = copied(u"Выстрел");
		ref_lock(o);
		taken = !o->stop && o->host->table->event(o->host, source, name, d);
		ref_unlock(o);
		free(source);
		free(name);
		if (taken)
			__sync_fetch_and_add(&o->sent, 1);
		else if (!o->stop)
			__sync_fetch_and_add(&o->refused, 1), ref_pause();
	}
	free(d);
}

static void sender(void *p) {
	share s = *(share *)p;
	free(p);
	for (int n = 0; n < s.events && !s.o->stop; n++) send(s.o, s.thread, n);
	__sync_fetch_and_sub(&s.o->alive, 1);
}

static bool begin_thread(object *o, void (*fn)(void *), int thread, int events) {
	share *s = malloc(sizeof *s);
	if (!s) return false;
	*s = (share){o, thread, events};
	__sync_fetch_and_add(&o->alive, 1);
	if (ref_thread(fn, s)) return true;
	__sync_fetch_and_sub(&o->alive, 1);
	free(s);
	return false;
}

static bool yes(variant *ret, bool b) {
	ret->u.ui1 = b;
	ret->vt = T_BOOL;
	return true;
}

bool ref_burst(object *o, variant *ret, variant *args, long n) {
	int events = (int)ref_integer(&args[0], -1), threads = (int)ref_integer(&args[1], 1);
	bool wait = args[2].vt == T_BOOL && args[2].u.ui1;
	(void)n;
	if (!o->host || events < 0 || threads < 1 || threads > 64) return yes(ret, false);
	for (int t = 0; t < threads; t++)
		if (!begin_thread(o, sender, t, events / threads + (t < events % threads))) return yes(ret, false);
	while (wait && o->alive) ref_pause();
	return yes(ret, true);
}

static void worker(void *p) {
	share s = *(share *)p;
	free(p);
	for (int ms = 0; ms < s.events && !s.o->stop; ms++) {
		for (int i = 0; i < 20; i++) free(memset(malloc(65536), i, 65536));
		ref_pause();
	}
	__sync_fetch_and_sub(&s.o->alive, 1);
}

bool ref_busy(object *o, variant *ret, variant *args, long n) {
	int threads = (int)ref_integer(&args[0], 0), ms = (int)ref_integer(&args[1], 0);
	(void)n;
	if (threads < 1 || threads > 64 || ms < 0) return yes(ret, false);
	for (int t = 0; t < threads; t++)
		if (!begin_thread(o, worker, t, ms)) return yes(ret, false);
	return yes(ret, true);
}
