// The requests of the protocol (see README.md beside this file).
#ifndef NAPI_HOST_OPS_H
#define NAPI_HOST_OPS_H

#include <stdbool.h>

#include "queue.h"
#include "text.h"

// Carries out one line and writes one answer to stdout. Returns false after
// quit, and at the end of stdin.
bool ops_request(const request *r);

// Writes one event line to stdout.
void ops_event(const event *e);

// Writes a line and flushes it; a lost reader ends the program.
void ops_write(buf *line);

#endif
