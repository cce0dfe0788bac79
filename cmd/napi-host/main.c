// napi-host loads a 1C Native API component and speaks JSON lines on its
// standard streams, so that a component can be driven without 1C.
//
// It is written in C because the component under test is written in Go, and
// two Go runtimes in one process can hang each other.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "memory.h"
#include "ops.h"
#include "os.h"

// A longer line is refused: nothing a BSL call carries comes near.
enum { MAX_LINE = 64 << 20 };

static void push(char *line, size_t len, bool eof)
{
	request *r = xmalloc(sizeof *r);
	*r = (request){.line = line, .len = len, .eof = eof};
	queue_request(r);
}

static void read_stdin(void *unused)
{
	(void)unused;
	buf line = {0};
	for (;;) {
		int c = getc(stdin);
		if (c == EOF || c == '\n') {
			if (line.len > 0)
				push(line.p, line.len, false);
			line = (buf){0};
			if (c == EOF)
				break;
			continue;
		}
		if (line.len < MAX_LINE) {
			char byte = (char)c;
			buf_add(&line, &byte, 1);
		}
	}
	push(NULL, 0, true);
}

int main(void)
{
	os_binary_stdio();
	queue_init();
	memory_init();
	host_init();
	if (!os_thread(read_stdin, NULL)) {
		fputs("napi-host: no thread for stdin\n", stderr);
		return 3;
	}
	bool more = true;
	while (more) {
		request *r;
		event *e;
		queue_next(&r, &e);
		if (e != NULL) {
			conn_taken(e->conn);
			ops_event(e);
			event_free(e);
			continue;
		}
		more = ops_request(r);
		free(r->line);
		free(r);
	}
	// No clean-up of the library: it is never unloaded, and its threads end
	// with the process. The reader may still sit in getc, so no atexit either.
	_Exit(memory_outstanding() == 0 && violations_count() == 0 ? 0 : 1);
}
