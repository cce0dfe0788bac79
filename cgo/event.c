//go:build cgo

// External events: from any Go thread into the host, never after Done.
#include "object.h"

// napi_event offers one event to the host; the host copies the texts during
// the call. False: the queue is full, or the session is over. No lock is held
// while the host runs, for it may wait there for its main thread, which may
// sit in our Done.
bool napi_event(napi_object *object, uint32_t session, napi_char *source, napi_char *name, napi_char *data) {
	bool taken = false;
	// The order matters: counted first, then looked. Done ends the session
	// first and then looks at the count.
	atomic_fetch_add(&object->in_flight, 1);
	if ((session & 1) && atomic_load(&object->session) == session) {
		napi_host *host = object->host;
		taken = host->table->ExternalEvent(host, source, name, data);
	}
	atomic_fetch_sub(&object->in_flight, 1);
	return taken;
}

// napi_events_settle waits until no event is inside the host, at most until
// the deadline of napi_guest_clock: an event that waits for this very thread
// never ends.
void napi_events_settle(napi_object *object, int64_t deadline) {
	while (atomic_load(&object->in_flight) && napi_guest_clock() < deadline) napi_guest_sleep();
}
