// The host's side of Init: records errors and events, plays a full queue, and
// knows when it must not be called any more.
#pragma once
#include "text.hpp"

struct Event {
	Text source, name, data;
	unsigned thread;
};

struct Complaint { // one AddError
	Text source, text;
	unsigned short code;
	long scode;
};

class Connection final : public AddInDefBaseEx {
	class Platform final : public PlatformInfo {
	public:
		AppInfo info;
		const AppInfo *ADDIN_API GetPlatformInfo() override { return &info; }
	} platform_;
	class Attached final : public AttachedInfo {
	public:
		int32_t ADDIN_API GetAttachedInfo() override { return 1; }
	} attached_;

	os::Mutex mutex_;
	Vec<Event *> events_;
	Vec<Complaint *> complaints_;
	char trouble_[200] = "";
	long depth_ = 1; // the platform's own default
	volatile int inside_ = 0; // events that are being taken
	volatile bool closed_ = false;
	volatile unsigned caller_ = 0; // thread of the running call, 0: none

	bool take(const Char *source, const Char *name, const Char *data);
	void blame(const char *what);
	void blame(const char *what, const Char *s);

public:
	Connection();
	~Connection();

	// How the host behaves.
	bool interfaces = true;           // false: GetInterface gives nullptr, as OneScript
	volatile long asked = 0;          // times GetInterface was called
	volatile long refuse = 0;         // so many events are refused; −1: all
	volatile long refused = 0;        // so many were
	volatile long counted = 0;        // events taken or only counted
	bool count_only = false;          // benchmarks: do not keep
	uint64_t first_ns = 0, last_ns = 0; // count_only: time of the first and latest event
	void (*hook)(void *arg) = nullptr; // runs inside every ExternalEvent
	void *hook_arg = nullptr;

	void closed() { closed_ = true; } // Done returned: no call may come any more
	void calling(bool on) { caller_ = on ? os::thread_id() : 0; }
	size_t events();
	const Event &event(size_t i) { return *events_[i]; }
	size_t complaints() { return complaints_.size(); }
	const Complaint &complaint(size_t i) { return *complaints_[i]; }
	void forget();
	const char *trouble() { return trouble_; } // "" or the first misuse
	bool wait_events(size_t n, unsigned ms);

	bool ADDIN_API AddError(unsigned short code, const Char *source, const Char *text, long scode) override;
	bool ADDIN_API Read(Char *name, Variant *value, long *error, Char **text) override;
	bool ADDIN_API Write(Char *name, Variant *value) override;
	bool ADDIN_API RegisterProfileAs(Char *name) override;
	bool ADDIN_API SetEventBufferDepth(long depth) override;
	long ADDIN_API GetEventBufferDepth() override;
	bool ADDIN_API ExternalEvent(Char *source, Char *name, Char *data) override;
	void ADDIN_API CleanEventBuffer() override;
	bool ADDIN_API SetStatusLine(Char *text) override;
	void ADDIN_API ResetStatusLine() override;
	Interface *ADDIN_API GetInterface(int32_t which) override;
};
