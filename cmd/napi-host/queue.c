#include "queue.h"

#include <stdlib.h>

#include "os.h"

// Requests read ahead of the main thread. A client that floods is slowed by
// its own pipe.
enum { MAX_PENDING = 64 };

static struct {
	os_mutex lock;
	os_cond changed;
	request *requests, **requests_end;
	event *events, **events_end;
	long pending;
	bool held;
} q;

void queue_init(void)
{
	os_mutex_init(&q.lock);
	os_cond_init(&q.changed);
	q.requests_end = &q.requests;
	q.events_end = &q.events;
}

void queue_lock(void) { os_lock(&q.lock); }
void queue_unlock(void) { os_unlock(&q.lock); }

void queue_event_locked(event *e)
{
	e->next = NULL;
	*q.events_end = e;
	q.events_end = &e->next;
	os_wake(&q.changed);
}

void queue_request(request *r)
{
	r->next = NULL;
	os_lock(&q.lock);
	while (q.pending >= MAX_PENDING)
		os_wait(&q.changed, &q.lock);
	*q.requests_end = r;
	q.requests_end = &r->next;
	q.pending++;
	os_wake(&q.changed);
	os_unlock(&q.lock);
}

void queue_next(request **r, event **e)
{
	*r = NULL;
	*e = NULL;
	os_lock(&q.lock);
	for (;;) {
		if (q.requests != NULL) {
			*r = q.requests;
			q.requests = q.requests->next;
			if (q.requests == NULL)
				q.requests_end = &q.requests;
			q.pending--;
			os_wake(&q.changed);
			break;
		}
		if (q.events != NULL && !q.held) {
			*e = q.events;
			q.events = q.events->next;
			if (q.events == NULL)
				q.events_end = &q.events;
			break;
		}
		os_wait(&q.changed, &q.lock);
	}
	os_unlock(&q.lock);
}

void queue_hold(bool on)
{
	os_lock(&q.lock);
	q.held = on;
	os_wake(&q.changed);
	os_unlock(&q.lock);
}

long queue_drop_locked(struct host_conn *conn)
{
	long dropped = 0;
	event **at = &q.events;
	while (*at != NULL) {
		event *e = *at;
		if (e->conn != conn) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		event_free(e);
		dropped++;
	}
	q.events_end = at;
	return dropped;
}

void event_free(event *e)
{
	for (int i = 0; i < 3; i++)
		free(e->text[i]);
	free(e);
}
