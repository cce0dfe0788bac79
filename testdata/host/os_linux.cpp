#include "host.hpp"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace os {

static void write_all(int fd, const char *s, size_t n) {
	while (n > 0) {
		ssize_t w = write(fd, s, n);
		if (w < 0 && errno == EINTR) continue;
		if (w <= 0) return;
		s += w;
		n -= size_t(w);
	}
}
void out(const char *s, size_t n) { write_all(1, s, n); }
void note(const char *s, size_t n) { write_all(2, s, n); }
void quit(int code) { _exit(code); }
void crash() {
	*reinterpret_cast<volatile int *>(8) = 1;
	__builtin_trap();
}

uint64_t now_ns() {
	timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return uint64_t(ts.tv_sec) * 1000000000ull + uint64_t(ts.tv_nsec);
}
void sleep_ms(unsigned ms) {
	timespec ts = {time_t(ms / 1000), long(ms % 1000) * 1000000};
	while (nanosleep(&ts, &ts) != 0 && errno == EINTR) {
	}
}
unsigned thread_id() { return unsigned(syscall(SYS_gettid)); }

void *load(const char *path, char *why, size_t n) {
	void *h = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (h == nullptr) format(why, n, "%s", dlerror());
	return h;
}
unsigned load_error() { return 0; }
void *symbol(void *lib, const char *name) { return dlsym(lib, name); }
bool unload(void *lib) { return dlclose(lib) == 0; }
bool is_loaded(const char *path) {
	void *h = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
	if (h != nullptr) dlclose(h);
	return h != nullptr;
}

namespace {
struct Start {
	void (*fn)(void *);
	void *arg;
	volatile bool over;
	pthread_t id;
};
void *begin(void *p) {
	auto *s = static_cast<Start *>(p);
	s->fn(s->arg);
	s->over = true;
	return nullptr;
}
} // namespace

bool start(Thread &t, void (*fn)(void *), void *arg, size_t stack) {
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	if (stack != 0 && pthread_attr_setstacksize(&attr, stack) != 0) return false;
	auto *s = new Start{fn, arg, false, {}};
	t.handle = s;
	return pthread_create(&s->id, &attr, begin, s) == 0;
}

bool join(Thread &t, unsigned ms) {
	auto *s = static_cast<Start *>(t.handle);
	timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += ms / 1000;
	if ((ts.tv_nsec += long(ms % 1000) * 1000000) >= 1000000000) ts.tv_sec++, ts.tv_nsec -= 1000000000;
	if (pthread_timedjoin_np(s->id, nullptr, &ts) != 0) return false;
	delete s;
	t.handle = nullptr;
	return true;
}

// All zero is what PTHREAD_MUTEX_INITIALIZER is.
static_assert(sizeof(pthread_mutex_t) <= 8 * sizeof(void *), "mutex");
void Mutex::lock() { pthread_mutex_lock(reinterpret_cast<pthread_mutex_t *>(word_)); }
void Mutex::unlock() { pthread_mutex_unlock(reinterpret_cast<pthread_mutex_t *>(word_)); }

int threads() {
	FILE *f = fopen("/proc/self/status", "r");
	char s[200];
	int n = -1;
	while (f != nullptr && fgets(s, sizeof s, f) != nullptr)
		if (sscanf(s, "Threads: %d", &n) == 1) break;
	if (f != nullptr) fclose(f);
	return n;
}

long rss_kib() {
	FILE *f = fopen("/proc/self/statm", "r");
	long size = 0, resident = 0;
	if (f != nullptr && fscanf(f, "%ld %ld", &size, &resident) != 2) resident = 0;
	if (f != nullptr) fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

unsigned mapped_mib() {
	FILE *f = fopen("/proc/self/statm", "r");
	long size = 0;
	if (f != nullptr && fscanf(f, "%ld", &size) != 1) size = 0;
	if (f != nullptr) fclose(f);
	return unsigned(size / (1048576 / sysconf(_SC_PAGESIZE)));
}

void *reserve(size_t n) {
	void *p = mmap(nullptr, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return p == MAP_FAILED ? nullptr : p;
}
void release(void *p, size_t n) { munmap(p, n); }

Guarded::Guarded(const void *from, size_t n) {
	size_t page = size_t(sysconf(_SC_PAGESIZE));
	size = (n + page - 1) / page * page + page;
	base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	data = static_cast<char *>(base) + size - page - n;
	if (n != 0) memcpy(data, from, n);
	mprotect(static_cast<char *>(base) + size - page, page, PROT_NONE);
}
Guarded::~Guarded() { munmap(base, size); }

int spawn(const char *const *argv, unsigned timeout_ms) {
	pid_t pid = fork();
	if (pid < 0) return kCannot;
	if (pid == 0) {
		execvp(argv[0], const_cast<char *const *>(argv));
		_exit(127);
	}
	uint64_t end = now_ns() + timeout_ms * 1000000ull;
	for (;;) {
		int status;
		if (waitpid(pid, &status, WNOHANG) == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
		if (now_ns() > end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return kTimeout;
		}
		sleep_ms(3);
	}
}

long read_file(const char *path, char *to, size_t n) {
	FILE *f = fopen(path, "rb");
	if (f == nullptr) return -1;
	size_t got = fread(to, 1, n, f);
	fclose(f);
	return long(got);
}
void remove_file(const char *path) { unlink(path); }

const char *env(const char *name) { return getenv(name); }
void set_env(const char *name, const char *value) { setenv(name, value, 1); }

size_t environment(char *to, size_t n) {
	size_t o = 0;
	for (char **e = environ; *e != nullptr; e++) {
		size_t len = strlen(*e) + 1;
		if (o + len < n) memcpy(to + o, *e, len), o += len;
	}
	return o;
}

static int saved[2], pipe_end = -1;
bool capture_begin() {
	int p[2];
	if (pipe2(p, O_NONBLOCK) != 0) return false;
	saved[0] = dup(1), saved[1] = dup(2);
	dup2(p[1], 1), dup2(p[1], 2);
	close(p[1]);
	pipe_end = p[0];
	return true;
}
size_t capture_end(char *to, size_t n) {
	ssize_t r = read(pipe_end, to, n - 1);
	dup2(saved[0], 1), dup2(saved[1], 2);
	close(saved[0]), close(saved[1]), close(pipe_end);
	to[r > 0 ? r : 0] = 0;
	return r > 0 ? size_t(r) : 0;
}

} // namespace os

