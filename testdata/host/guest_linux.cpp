// Signals, alternate stacks and forks: the host's remain the host's.
#include "host.hpp"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t hits;
volatile char sponge;

void count(int) { hits = hits + 1; }

// A handler as big as some are: 150 KB of stack.
void count_big(int) {
	volatile char big[150 << 10];
	for (size_t i = 0; i < sizeof big; i += 1024) big[i] = char(i);
	sponge = big[1024];
	hits = hits + 1;
}

void install(int sig, void (*fn)(int), int flags) {
	struct sigaction a;
	memset(&a, 0, sizeof a);
	a.sa_handler = fn;
	a.sa_flags = flags | SA_RESTART;
	sigfillset(&a.sa_mask); // two at a time would need the double of every stack
	for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&a.sa_mask, fault);
	sigaction(sig, &a, nullptr);
}

void tick(long us) {
	itimerval tv = {{0, us}, {0, us}};
	setitimer(ITIMER_REAL, &tv, nullptr);
}

struct Calls {
	Object *o;
	volatile bool stop, bad;
};

void call_on(void *p) {
	auto *c = static_cast<Calls *>(p);
	while (!c->stop)
		if (!c->o->ping()) c->bad = true;
}

// Go works hard and is called from three threads for ms milliseconds.
bool strain(Test &t, Object &o, unsigned ms) {
	if (o.lib->is_probe()) {
		Args a(o.memory);
		a.i4(4).i4(int32_t(ms));
		if (!o.call(u"Busy", a)) return t.fail("Busy failed");
	}
	Calls c = {&o, false, false};
	os::Thread th[2];
	for (auto &x : th)
		if (!os::start(x, call_on, &c)) return t.fail("no thread");
	for (uint64_t end = os::now_ns() + ms * 1000000ull; os::now_ns() < end;) {
		if (!o.ping()) return t.fail("a call failed");
		if (!o.lib->is_probe()) continue;
		Args a(o.memory);
		a.text(u"строка, которая занимает память Go");
		if (!o.call(u"Echo", a)) return t.fail("Echo failed");
	}
	c.stop = true;
	for (auto &x : th)
		if (!os::join(x, t.ms(20000))) return t.fail("a thread hangs");
	return !c.bad || t.fail("a call failed");
}

bool on_stack_flag(int sig) {
	struct sigaction a;
	sigaction(sig, nullptr, &a);
	return (a.sa_flags & SA_ONSTACK) != 0;
}

// L1: a handler installed after the library was loaded, without SA_ONSTACK,
// would run on a goroutine's stack.
void late_handler(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	os::sleep_ms(200); // Go runs
	install(SIGALRM, count, 0);
	install(SIGUSR1, count, 0);
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	CHECK(on_stack_flag(SIGALRM) && on_stack_flag(SIGUSR1), "a handler installed after loading still lacks SA_ONSTACK");
	tick(700);
	NEED(strain(t, o, t.slow > 1 ? 3000 : 1500));
	tick(0);
	CHECK(hits > 100, "the handler ran %d times", int(hits));
	NEED(o.end(t));
}

// The same, but the object was there already.
void later_handler(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	for (int i = 0; i < 100; i++) CHECK(o.ping(), "a call failed");
	install(SIGALRM, count, 0);
	Object second; // any new object, or a while of calls
	NEED(second.create(t, l));
	CHECK(on_stack_flag(SIGALRM), "a handler installed after the first object still lacks SA_ONSTACK when the second is there");
	tick(700);
	NEED(strain(t, o, t.slow > 1 ? 3000 : 1000));
	tick(0);
	CHECK(hits > 100, "the handler ran %d times", int(hits));
	NEED(second.end(t));
	NEED(o.end(t));
}

// L2: handlers with SA_ONSTACK that need more than Go's own alternate stacks.
void big_handler(Test &t) {
	install(SIGALRM, count_big, SA_ONSTACK);
	install(SIGUSR2, count_big, SA_ONSTACK);
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	tick(900);
	for (int i = 0; i < 200; i++) {
		CHECK(o.ping(), "a call failed");
		raise(SIGUSR2);
	}
	NEED(strain(t, o, t.slow > 1 ? 3000 : 1500));
	tick(0);
	CHECK(hits > 250, "the handlers ran %d times", int(hits));
	NEED(o.end(t));
}

struct Alt {
	Object *o;
	bool kept;
};

void own_altstack(void *p) {
	auto *a = static_cast<Alt *>(p);
	stack_t mine, now;
	memset(&mine, 0, sizeof mine);
	mine.ss_size = 128 << 10;
	mine.ss_sp = malloc(mine.ss_size);
	sigaltstack(&mine, nullptr);
	bool ok = a->o->ping();
	sigaltstack(nullptr, &now);
	a->kept = ok && now.ss_sp == mine.ss_sp && now.ss_size == mine.ss_size && (now.ss_flags & SS_DISABLE) == 0;
	mine.ss_flags = SS_DISABLE;
	sigaltstack(&mine, nullptr);
	free(mine.ss_sp);
	a->kept = a->kept && a->o->ping(); // without any
}

void altstack(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	Alt a = {&o, false};
	os::Thread th;
	CHECK(os::start(th, own_altstack, &a), "no thread");
	CHECK(os::join(th, t.ms(10000)), "a call hangs");
	CHECK(a.kept, "the thread's own alternate stack was not kept");
	NEED(o.end(t));
}

// L3: faults in the host's code reach the host's handlers (os::prepare, before
// loading), with Go busy, on threads that called Go and on others.
void host_faults(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	CHECK(throw_system(200) == 200, "faults before the first call were lost");
	Object o;
	NEED(o.create(t, l));
	if (l.is_probe()) {
		Args a(o.memory);
		a.i4(3).i4(1000);
		CHECK(o.call(u"Busy", a), "Busy failed");
	}
	for (int i = 0; i < 300; i++) {
		CHECK(o.ping(), "a call failed");
		CHECK(throw_system(10) == 10, "faults after a call were lost");
		for (const Char *name : {u"NilDeref", u"Panic"}) {
			Args none(o.memory);
			if (o.method(name) >= 0) o.call(name, none);
		}
	}
	NEED(o.end(t));
}

// The host installs its handlers of faults again, after loading: its own
// faults must reach them. (Go's own faults would, too: the library never makes
// any on purpose.)
void host_faults_late(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	os::sleep_ms(100);
	os::prepare();
	Object o;
	NEED(o.create(t, l));
	if (l.is_probe()) {
		Args a(o.memory);
		a.i4(3).i4(500);
		CHECK(o.call(u"Busy", a), "Busy failed");
	}
	for (int i = 0; i < 200; i++) {
		CHECK(o.ping(), "a call failed");
		CHECK(throw_system(10) == 10, "faults were lost");
	}
	NEED(o.end(t));
}

// L4: a child may run programs, ask names and destroy objects; a method is
// refused there, for Go's threads are not in it. The parent does not notice.
int in_child(Object &o) {
	alarm(20);
	if (o.c->FindMethod(u"нет такого") != -1 || o.c->GetNMethods() <= 0) return 2;
	Char *ext = nullptr;
	if (!o.c->RegisterExtensionAs(&ext)) return 3;
	o.memory.give_back(ext);
	Component *fresh = nullptr; // probing must work as well
	if (o.lib->GetClassObject(o.lib->class_name().data(), &fresh) != 0) o.lib->DestroyObject(&fresh);
	if (o.ping()) return 4;
	if (o.connection.complaints() == 0) return 5;
	Variant v;
	if (o.get(u"Version", v)) return 6;
	o.done();
	if (o.lib->DestroyObject(&o.c) != 0) return 7;
	return 0;
}

void forks(Test &t) {
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	CHECK(o.ping(), "a call failed");
	if (l.is_probe()) {
		Args a(o.memory);
		a.i4(2).i4(60000);
		CHECK(o.call(u"Busy", a), "Busy failed");
	}
	for (int i = 0; i < (t.slow > 1 ? 20 : 100); i++) {
		pid_t pid = fork();
		CHECK(pid >= 0, "no fork");
		if (pid == 0) {
			if (i % 4 == 0) {
				execl("/bin/true", "true", static_cast<char *>(nullptr));
				_exit(9);
			}
			_exit(in_child(o));
		}
		int status = 0;
		CHECK(waitpid(pid, &status, 0) == pid, "no child");
		CHECK(!WIFSIGNALED(status), "child %d died with signal %d%s", i, WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": it hung" : "");
		CHECK(WEXITSTATUS(status) == 0, "child %d failed at step %d", i, WEXITSTATUS(status));
		CHECK(o.ping(), "a call failed in the parent");
	}
	NEED(o.end(t));
}

// Dispositions, masks and behaviour of signals that are the host's business.
void signals(Test &t) {
	signal(SIGPIPE, SIG_IGN);
	install(SIGTERM, count, 0);
	install(SIGCHLD, count, 0);
	sigset_t mask, now;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &mask, nullptr);
	pthread_sigmask(SIG_BLOCK, nullptr, &mask);
	Library l;
	NEED(l.open(t, t.lib));
	l.attach();
	Object o;
	NEED(o.create(t, l));
	for (int i = 0; i < 100; i++) CHECK(o.ping(), "a call failed");
	os::sleep_ms(100);
	pthread_sigmask(SIG_BLOCK, nullptr, &now);
	for (int s = 1; s < 32; s++) CHECK(sigismember(&mask, s) == sigismember(&now, s), "signal %d is blocked otherwise than before", s);
	struct sigaction a;
	for (int s : {SIGINT, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGWINCH, SIGTSTP}) {
		sigaction(s, nullptr, &a);
		CHECK(a.sa_handler == SIG_DFL, "signal %d has a handler of the library", s);
	}
	kill(getpid(), SIGTERM);
	for (int i = 0; i < 1000 && hits == 0; i++) os::sleep_ms(1);
	CHECK(hits == 1, "the host's handler of SIGTERM ran %d times", int(hits));
	pid_t pid = fork();
	if (pid == 0) _exit(0);
	int status;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	for (int i = 0; i < 1000 && hits == 1; i++) os::sleep_ms(1);
	CHECK(hits == 2, "the host's handler of SIGCHLD did not run");
	int p[2];
	CHECK(pipe(p) == 0, "no pipe");
	close(p[0]);
	CHECK(write(p[1], "x", 1) == -1 && errno == EPIPE, "writing to a closed pipe gave no EPIPE");
	close(p[1]);
	NEED(o.end(t));
}

} // namespace

Cases system_cases() {
	static const Case cases[] = {
		{"L1", kLinux, late_handler, "handlers without SA_ONSTACK installed after loading"},
		{"L1-later", kLinux, later_handler, "and after the first object"},
		{"L2", kLinux, big_handler, "handlers of 150 KB on the alternate stack"},
		{"L2-own", kLinux, altstack, "a thread's own alternate stack is kept"},
		{"L3", kLinux, host_faults, "SIGSEGV and SIGFPE of the host reach its handlers"},
		{"L3-late", kLinux, host_faults_late, "also handlers installed after loading"},
		{"L4", kLinux, forks, "fork: exec, names and DestroyObject work, methods are refused"},
		{"signals", kLinux, signals, "dispositions and masks stay, SIGTERM, SIGCHLD and EPIPE work"},
	};
	return {cases, sizeof cases / sizeof *cases};
}
