// The host's side of one component object: IAddInDefBaseEx with its event
// queue, IPlatformInfo and IAttachedInfo.
#ifndef NAPI_HOST_HOST_H
#define NAPI_HOST_HOST_H

#include <stdbool.h>

#include "queue.h"
#include "text.h"

typedef struct host_conn host_conn;
struct host_conn {
	const void *vptr; // IAddInDefBaseEx: must stay first
	int object;       // id of the object, as the client knows it
	// All below is guarded by queue_lock.
	bool closed;  // Done was called: the component must not call any more
	long depth;   // of the event queue; the platform starts with 1
	long waiting; // events not yet taken
	long refuse;  // so many further events are answered with false
	long taken, refused, dropped;
};

// Who the platform claims to be, for all objects. Remembers the main thread.
void host_init(void);
void host_platform(int application, int attached);

// Makes the connection of a new object. It is never freed: a component that
// calls after Done must be caught, not crash the host.
host_conn *conn_new(int object);
void conn_close(host_conn *c);
void conn_taken(host_conn *c); // the main thread has taken one event

// What AddError said since the last call, as a JSON array ("[]" when nothing).
void errors_take(buf *b);

#endif
