#include "memory.hpp"
#include "host.hpp"

static const unsigned char kTail[8] = {0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8};

void Memory::blame(const char *what, const void *p) {
	if (trouble_[0] == 0) format(trouble_, sizeof trouble_, "%s %p", what, p);
}

void *Memory::take(size_t bytes) {
	char *p = static_cast<char *>(malloc(bytes + sizeof kTail));
	memset(p, 0xa5, bytes);
	memcpy(p + bytes, kTail, sizeof kTail);
	os::Lock lock(mutex_);
	live_.add({p, bytes});
	return p;
}

bool Memory::drop(void *p) {
	for (size_t i = live_.size(); i-- > 0;) {
		if (live_[i].p != p) continue;
		if (memcmp(static_cast<char *>(p) + live_[i].n, kTail, sizeof kTail) != 0)
			blame("written past the end of block", p);
		memset(p, 0x5a, live_[i].n);
		live_.remove(i);
		return true;
	}
	return false;
}

void Memory::give_back(void *p) {
	if (p == nullptr) return;
	os::Lock lock(mutex_);
	if (drop(p))
		free(p);
	else
		blame("the library handed over memory that is not the host's, or twice:", p);
}

bool ADDIN_API Memory::AllocMemory(void **p, unsigned long bytes) {
	*p = nullptr;
	{
		os::Lock lock(mutex_);
		given_++;
		if (bytes == 0) blame("AllocMemory of 0 bytes", p);
		if (fail_at_ > 0 && (--fail_at_ == 0 || fail_on_)) {
			if (fail_on_) fail_at_ = 1;
			return false;
		}
	}
	*p = take(bytes);
	return true;
}

void ADDIN_API Memory::FreeMemory(void **p) {
	if (p == nullptr || *p == nullptr) return;
	os::Lock lock(mutex_);
	if (drop(*p))
		free(*p);
	else
		blame("FreeMemory of a foreign or freed pointer", *p);
	*p = nullptr;
}

bool Memory::owns(const void *p, size_t bytes) {
	os::Lock lock(mutex_);
	for (size_t i = 0; i < live_.size(); i++)
		if (live_[i].p == p) return live_[i].n >= bytes;
	return false;
}

void Memory::fail(long k, bool onwards) {
	os::Lock lock(mutex_);
	fail_at_ = k;
	fail_on_ = onwards;
}

long Memory::outstanding() {
	os::Lock lock(mutex_);
	return long(live_.size());
}

void set_text(Memory &m, Variant &v, const Char *s, size_t n) {
	// Exactly n units: the platform does not promise a NUL behind them.
	v.text.p = static_cast<Char *>(m.take(n == 0 ? 1 : n * sizeof(Char)));
	if (n != 0) memcpy(v.text.p, s, n * sizeof(Char));
	v.text.n = uint32_t(n);
	v.vt = kPwstr;
}

void set_blob(Memory &m, Variant &v, const void *p, size_t n) {
	v.bytes.p = static_cast<char *>(m.take(n == 0 ? 1 : n));
	if (n != 0) memcpy(v.bytes.p, p, n);
	v.bytes.n = uint32_t(n);
	v.vt = kBlob;
}

void clear(Memory &m, Variant &v) {
	if (v.vt == kPwstr) m.give_back(v.text.p);
	if (v.vt == kPstr || v.vt == kBlob) m.give_back(v.bytes.p);
	memset(&v, 0, sizeof v);
}
