//go:build cgo

// Address space in a 32-bit process. Go reserves the first it can get of 512,
// 256 and 128 MiB, to keep its heap together; 1C needs that space itself.
// While Go starts, every hole of 252 MiB or more is split by a small post, so
// that 128 it is.
#include "object.h"

enum { HOLE = 252 << 20, POST = 64 << 10, POSTS = 64 };

static void *posts[POSTS];
static int post_count;

void napi_fence(void) {
	while (post_count < POSTS) {
		char *hole = napi_guest_reserve(NULL, HOLE);
		if (!hole) return; // no such hole is left
		napi_guest_release(hole, HOLE);
		void *post = napi_guest_reserve(hole + HOLE / 2, POST);
		if (!post) return; // somebody took the hole meanwhile
		posts[post_count++] = post;
	}
}

void napi_unfence(void) {
	while (post_count > 0) napi_guest_release(posts[--post_count], POST);
}
