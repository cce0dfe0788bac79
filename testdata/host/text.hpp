// UTF-16 and a growing array: all the library this host has.
#pragma once
#include "abi.hpp"
#include "os.hpp"

template <class T> class Vec { // T: plain data
	T *p_ = nullptr;
	size_t n_ = 0, cap_ = 0;

public:
	Vec() = default;
	Vec(const Vec &o) { append(o.p_, o.n_); }
	Vec &operator=(const Vec &o) {
		if (this != &o) {
			n_ = 0;
			append(o.p_, o.n_);
		}
		return *this;
	}
	~Vec() { free(p_); }
	void reserve(size_t n) {
		if (n > cap_) {
			cap_ = n > cap_ * 2 ? n : cap_ * 2;
			p_ = static_cast<T *>(realloc(static_cast<void *>(p_), cap_ * sizeof(T)));
		}
	}
	void append(const T *p, size_t n) {
		reserve(n_ + n);
		if (n != 0) memcpy(static_cast<void *>(p_ + n_), p, n * sizeof(T));
		n_ += n;
	}
	void add(const T &v) { append(&v, 1); }
	void clear() { n_ = 0; }
	void remove(size_t i) { p_[i] = p_[--n_]; } // order is not kept
	size_t size() const { return n_; }
	T *data() { return p_; }
	const T *data() const { return p_; }
	T &operator[](size_t i) { return p_[i]; }
	const T &operator[](size_t i) const { return p_[i]; }
};

size_t length(const Char *s);
bool same(const Char *a, size_t na, const Char *b, size_t nb);

// A UTF-16 string; data() is always NUL-terminated.
class Text {
	Vec<Char> v_;

public:
	Text() { v_.add(0); }
	Text(const Char *s) : Text(s, s == nullptr ? 0 : length(s)) {}
	Text(const Char *s, size_t n) {
		v_.append(s, n);
		v_.add(0);
	}
	size_t size() const { return v_.size() - 1; }
	const Char *data() const { return v_.data(); }
	Char *data() { return v_.data(); }
	void add(Char c) {
		v_[v_.size() - 1] = c;
		v_.add(0);
	}
	void add(const Text &t) {
		for (size_t i = 0; i < t.size(); i++) add(t.data()[i]);
	}
	bool operator==(const Text &o) const { return same(data(), size(), o.data(), o.size()); }
	bool operator!=(const Text &o) const { return !(*this == o); }
	bool has(const Text &part) const;
};

Char upper(Char c); // ASCII and Cyrillic, Ё too
Char lower(Char c);
bool well_formed(const Char *s, size_t n); // surrogates in pairs only

Text decimal(long n);
long parse_decimal(const Text &t); // leading digits; -1 when there are none
Text from_utf8(const char *s);

// For messages: UTF-8, cut at about 60 characters, unpaired halves as \uXXXX.
struct Shown {
	char s[400];
	explicit Shown(const Char *p) : Shown(p, p == nullptr ? 0 : length(p)) {}
	explicit Shown(const Text &t) : Shown(t.data(), t.size()) {}
	Shown(const Char *p, size_t n);
};
