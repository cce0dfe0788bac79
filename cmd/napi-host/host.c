#include "host.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "os.h"

static struct {
	uintptr_t main_thread;
	int attached;
	buf errors; // JSON objects, comma separated; main thread only
} host;

// "8.3.25.1000" and the program's name; fixed, so that tests may compare.
static const wch app_version[] = {'8', '.', '3', '.', '2', '5', '.', '1', '0', '0', '0', 0};
static const wch app_agent[] = {'n', 'a', 'p', 'i', '-', 'h', 'o', 's', 't', 0};
static app_info info = {.version = app_version, .user_agent = app_agent};

static bool on_main(void) { return os_thread_id() == host.main_thread; }

static void only_main(const char *what)
{
	if (!on_main())
		violation("%s was called on a foreign thread", what);
}

static wch *copy_wide(const wch *p, size_t *len)
{
	*len = p != NULL ? wide_len(p) : 0;
	wch *out = xmalloc((*len + 1) * sizeof *out);
	if (*len > 0)
		memcpy(out, p, *len * sizeof *out);
	out[*len] = 0;
	return out;
}

static void ABI_DTOR conn_dtor(ABI_DTOR_PARAMS)
{
	ABI_DTOR_UNUSED;
	violation("the destructor of IAddInDefBase was called");
}

static abi_bool ABI_CALL conn_add_error(void *self, unsigned short code, const wch *source,
	const wch *text, long scode)
{
	(void)self;
	if (!on_main()) {
		violation("AddError was called on a foreign thread");
		return 0;
	}
	buf *b = &host.errors;
	buf_fmt(b, "%s{\"code\":%u,\"source\":", b->len > 0 ? "," : "", code);
	buf_json_wide(b, source, source != NULL ? wide_len(source) : 0);
	buf_str(b, ",\"text\":");
	buf_json_wide(b, text, text != NULL ? wide_len(text) : 0);
	buf_fmt(b, ",\"scode\":%ld}", scode);
	return 1;
}

static abi_bool ABI_CALL conn_read(void *self, wch *name, variant *v, long *code, wch **text)
{
	(void)self, (void)name, (void)v, (void)code, (void)text;
	only_main("Read");
	return 0; // no profile: nothing was ever saved
}

static abi_bool ABI_CALL conn_write(void *self, wch *name, variant *v)
{
	(void)self, (void)name, (void)v;
	only_main("Write");
	return 0;
}

static abi_bool ABI_CALL conn_profile(void *self, wch *name)
{
	(void)self, (void)name;
	only_main("RegisterProfileAs");
	return 1;
}

static abi_bool ABI_CALL conn_set_depth(void *self, long depth)
{
	host_conn *c = self;
	if (depth < 1)
		return 0;
	queue_lock();
	c->depth = depth;
	queue_unlock();
	return 1;
}

static long ABI_CALL conn_get_depth(void *self)
{
	host_conn *c = self;
	queue_lock();
	long depth = c->depth;
	queue_unlock();
	return depth;
}

// The platform copies the three strings and returns at once; a full queue
// refuses the newest event.
static abi_bool ABI_CALL conn_event(void *self, wch *source, wch *message, wch *data)
{
	host_conn *c = self;
	event *e = xmalloc(sizeof *e);
	*e = (event){.conn = c, .at_ns = os_now_ns(), .foreign = !on_main()};
	e->text[0] = copy_wide(source, &e->len[0]);
	e->text[1] = copy_wide(message, &e->len[1]);
	e->text[2] = copy_wide(data, &e->len[2]);
	queue_lock();
	bool closed = c->closed;
	bool refuse = closed || c->refuse > 0 || c->waiting >= c->depth;
	if (!closed && c->refuse > 0)
		c->refuse--;
	if (refuse) {
		c->refused++;
	} else {
		c->waiting++;
		queue_event_locked(e);
	}
	queue_unlock();
	if (refuse)
		event_free(e);
	if (closed)
		violation("ExternalEvent was called after Done");
	return !refuse;
}

static void ABI_CALL conn_clean(void *self)
{
	host_conn *c = self;
	queue_lock();
	long n = queue_drop_locked(c);
	c->waiting -= n;
	c->dropped += n;
	queue_unlock();
}

static abi_bool ABI_CALL conn_status(void *self, wch *text)
{
	(void)self, (void)text;
	only_main("SetStatusLine");
	return 1;
}

static void ABI_CALL conn_reset_status(void *self)
{
	(void)self;
	only_main("ResetStatusLine");
}

static const app_info *ABI_CALL platform_info(void *self)
{
	(void)self;
	return &info;
}

static int32_t ABI_CALL attached_info(void *self)
{
	(void)self;
	return host.attached;
}

// IPlatformInfo and IAttachedInfo have no virtual destructor: slot 0 is their
// one method.
static const struct {
	void *rtti[2];
	const app_info *(ABI_CALL *get)(void *);
} platform_table = {.get = platform_info};
static const struct {
	void *rtti[2];
	int32_t(ABI_CALL *get)(void *);
} attached_table = {.get = attached_info};
static const void *const platform_object = &platform_table.get;
static const void *const attached_object = &attached_table.get;

static void *ABI_CALL conn_interface(void *self, int32_t which)
{
	(void)self;
	only_main("GetInterface");
	const void *object = NULL;
	if (which == IFACE_PLATFORM)
		object = &platform_object;
	if (which == IFACE_ATTACHED)
		object = &attached_object;
	return object != NULL ? (char *)(uintptr_t)object + ABI_IFACE_SHIFT : NULL;
}

static const struct {
	void *rtti[2];
	void(ABI_DTOR *dtor[ABI_DTORS])(ABI_DTOR_PARAMS);
	abi_bool(ABI_CALL *add_error)(void *, unsigned short, const wch *, const wch *, long);
	abi_bool(ABI_CALL *read)(void *, wch *, variant *, long *, wch **);
	abi_bool(ABI_CALL *write)(void *, wch *, variant *);
	abi_bool(ABI_CALL *profile)(void *, wch *);
	abi_bool(ABI_CALL *set_depth)(void *, long);
	long(ABI_CALL *get_depth)(void *);
	abi_bool(ABI_CALL *event)(void *, wch *, wch *, wch *);
	void(ABI_CALL *clean)(void *);
	abi_bool(ABI_CALL *status)(void *, wch *);
	void(ABI_CALL *reset_status)(void *);
	void *(ABI_CALL *get_interface)(void *, int32_t);
} conn_table = {
	.dtor = ABI_DTOR_SLOTS(conn_dtor),
	.add_error = conn_add_error,
	.read = conn_read,
	.write = conn_write,
	.profile = conn_profile,
	.set_depth = conn_set_depth,
	.get_depth = conn_get_depth,
	.event = conn_event,
	.clean = conn_clean,
	.status = conn_status,
	.reset_status = conn_reset_status,
	.get_interface = conn_interface,
};

void host_init(void)
{
	host.main_thread = os_thread_id();
	host.attached = ATTACHED_NOT_ISOLATED;
}

void host_platform(int application, int attached)
{
	info.application = application;
	host.attached = attached;
}

host_conn *conn_new(int object)
{
	host_conn *c = xmalloc(sizeof *c);
	*c = (host_conn){.vptr = &conn_table.dtor, .object = object, .depth = 1};
	return c;
}

void conn_close(host_conn *c)
{
	queue_lock();
	c->closed = true;
	long n = queue_drop_locked(c);
	c->waiting -= n;
	c->dropped += n;
	queue_unlock();
}

void conn_taken(host_conn *c)
{
	queue_lock();
	c->waiting--;
	c->taken++;
	queue_unlock();
}

void errors_take(buf *b)
{
	buf_str(b, "[");
	if (host.errors.len > 0)
		buf_add(b, host.errors.p, host.errors.len);
	buf_str(b, "]");
	host.errors.len = 0;
}
