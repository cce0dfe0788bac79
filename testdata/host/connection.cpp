#include "connection.hpp"
#include "host.hpp"

Connection::Connection() {
	platform_.info.version = u"8.3.27.1234";
	platform_.info.user_agent = u"проверочный хост";
	platform_.info.application = 1;
}

Connection::~Connection() { forget(); }

void Connection::forget() {
	os::Lock lock(mutex_);
	for (size_t i = 0; i < events_.size(); i++) delete events_[i];
	for (size_t i = 0; i < complaints_.size(); i++) delete complaints_[i];
	events_.clear();
	complaints_.clear();
}

void Connection::blame(const char *what) {
	if (trouble_[0] == 0) format(trouble_, sizeof trouble_, "%s", what);
}

// Strings the library hands over must be proper UTF-16 with a NUL.
void Connection::blame(const char *what, const Char *s) {
	if (trouble_[0] != 0) return;
	if (s == nullptr)
		format(trouble_, sizeof trouble_, "%s is NULL", what);
	else if (!well_formed(s, length(s)))
		format(trouble_, sizeof trouble_, "%s is broken UTF-16: %.120s", what, Shown(s).s);
}

size_t Connection::events() {
	os::Lock lock(mutex_);
	return events_.size();
}

bool Connection::wait_events(size_t n, unsigned ms) {
	for (uint64_t end = os::now_ns() + ms * 1000000ull; (count_only ? size_t(counted) : events()) < n;) {
		if (os::now_ns() > end) return false;
		os::sleep_ms(1);
	}
	return true;
}

bool ADDIN_API Connection::AddError(unsigned short code, const Char *source, const Char *text, long scode) {
	os::Lock lock(mutex_);
	if (closed_) blame("AddError after Done");
	if (caller_ != os::thread_id()) blame("AddError outside of a call, or from another thread");
	blame("source of AddError", source);
	blame("text of AddError", text);
	complaints_.add(new Complaint{Text(source), Text(text), code, scode});
	return true;
}

bool ADDIN_API Connection::ExternalEvent(Char *source, Char *name, Char *data) {
	if (__sync_add_and_fetch(&inside_, 1) != 1) blame("two events of one object at a time");
	if (hook != nullptr) hook(hook_arg);
	bool taken = take(source, name, data);
	__sync_sub_and_fetch(&inside_, 1);
	return taken;
}

bool Connection::take(const Char *source, const Char *name, const Char *data) {
	if (count_only) {
		uint64_t now = os::now_ns();
		if (counted == 0) first_ns = now;
		last_ns = now;
		counted = counted + 1;
		return true;
	}
	os::Lock lock(mutex_);
	if (closed_) blame("ExternalEvent after Done");
	if (refuse != 0) {
		if (refuse > 0) refuse = refuse - 1;
		refused = refused + 1;
		return false;
	}
	blame("source of ExternalEvent", source);
	blame("name of ExternalEvent", name);
	blame("data of ExternalEvent", data);
	events_.add(new Event{Text(source), Text(name), Text(data), os::thread_id()});
	counted = counted + 1;
	return true;
}

bool ADDIN_API Connection::SetEventBufferDepth(long depth) {
	if (closed_) blame("SetEventBufferDepth after Done");
	depth_ = depth;
	return true;
}

long ADDIN_API Connection::GetEventBufferDepth() { return depth_; }

Interface *ADDIN_API Connection::GetInterface(int32_t which) {
	if (closed_) blame("GetInterface after Done");
	asked = asked + 1;
	if (!interfaces) return nullptr;
	if (which == kIPlatformInfo) return static_cast<PlatformInfo *>(&platform_);
	if (which == kIAttachedInfo) return static_cast<AttachedInfo *>(&attached_);
	return nullptr;
}

// What no well-behaved telephony component needs: persisted parameters, the
// status line, throwing away events.
bool ADDIN_API Connection::Read(Char *, Variant *, long *, Char **) {
	blame("Read is not expected");
	return false;
}
bool ADDIN_API Connection::Write(Char *, Variant *) {
	blame("Write is not expected");
	return false;
}
bool ADDIN_API Connection::RegisterProfileAs(Char *) {
	blame("RegisterProfileAs is not expected");
	return false;
}
void ADDIN_API Connection::CleanEventBuffer() { blame("CleanEventBuffer is not expected"); }
bool ADDIN_API Connection::SetStatusLine(Char *) {
	blame("SetStatusLine is not expected");
	return false;
}
void ADDIN_API Connection::ResetStatusLine() { blame("ResetStatusLine is not expected"); }
