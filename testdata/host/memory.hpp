// The host's memory manager: every block is known by address, has a guard
// behind it and is filled with rubbish when given and when taken back.
#pragma once
#include "text.hpp"

class Memory final : public MemoryManager {
	struct Block {
		void *p;
		size_t n;
	};
	os::Mutex mutex_;
	Vec<Block> live_;
	char trouble_[200] = "";
	long given_ = 0;
	long fail_at_ = 0; // the k-th allocation from now on is refused; 0: none
	bool fail_on_ = false;

	bool drop(void *p);
	void blame(const char *what, const void *p);

public:
	bool ADDIN_API AllocMemory(void **p, unsigned long bytes) override;
	void ADDIN_API FreeMemory(void **p) override;

	void *take(size_t bytes); // the host's own strings and blobs
	void give_back(void *p);
	bool owns(const void *p, size_t bytes); // a live block, at least that big

	// Refuses the k-th allocation of the library; onwards: and all after it.
	void fail(long k, bool onwards = false);
	long outstanding();
	long given() { return given_; } // allocations of the library so far
	const char *trouble() { return trouble_; } // "" or the first misuse: double free, overrun, foreign pointer
};

// Variants whose strings and blobs belong to a Memory.
void set_text(Memory &m, Variant &v, const Char *s, size_t n);
void set_blob(Memory &m, Variant &v, const void *p, size_t n);
void clear(Memory &m, Variant &v);
