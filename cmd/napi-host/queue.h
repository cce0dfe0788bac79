// What the main thread waits for: requests from stdin and events from the
// component. As in 1C, one thread does everything, so an event raised during
// a call is taken only after that call, and piles up until then.
#ifndef NAPI_HOST_QUEUE_H
#define NAPI_HOST_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

typedef struct event event;
struct event {
	event *next;
	struct host_conn *conn;
	wch *text[3]; // source, message, data
	size_t len[3];
	int64_t at_ns; // when ExternalEvent was called
	bool foreign;  // called on another thread than the main one
};

typedef struct request request;
struct request {
	request *next;
	char *line;
	size_t len;
	bool eof; // stdin ended
};

void queue_init(void);

// The lock that also guards the counters of host_conn.
void queue_lock(void);
void queue_unlock(void);

void queue_event_locked(event *e);
void queue_request(request *r); // waits while too many are pending

// Waits for the next thing to do; requests come first, as an event is taken
// only when nothing else is pending. Exactly one of the two is set.
void queue_next(request **r, event **e);

// While held, no event is taken: what a modal dialog or a long BSL loop does.
void queue_hold(bool on);

// Throws away the waiting events of one object; returns how many.
long queue_drop_locked(struct host_conn *conn);

void event_free(event *e);

#endif
