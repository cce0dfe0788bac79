//go:build cgo

// The library's own relocations. A pointer in its data costs 24 bytes of the
// file in the classic form, 1.1 MB in all, and next to nothing in the packed one
// (DT_RELR), which loaders know since glibc 2.36 only. So the packed table has
// tags here that no loader knows (build/targets/relr sets them), and this code,
// which is DT_INIT, does the loader's work on every system: it runs before
// everything else of the library. A library linked without build/targets has
// no such tags, and nothing to do.
#include <elf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "relocate.h"

// Both are the linker's: the file begins at the load address.
extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));
extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

// protect makes read-only what the loader would, had its header the usual type.
static void protect(char *base) {
	const Elf64_Phdr *header = (const Elf64_Phdr *)(base + __ehdr_start.e_phoff);
	for (int i = 0; i < __ehdr_start.e_phnum; i++) {
		if (header[i].p_type != NAPI_PT_RELRO) continue;
		Elf64_Addr from = header[i].p_vaddr & ~(Elf64_Addr)4095;
		Elf64_Addr to = (header[i].p_vaddr + header[i].p_memsz) & ~(Elf64_Addr)4095;
		// A refusal leaves the pages writable, as they are without RELRO.
		if (to > from) syscall(SYS_mprotect, base + from, to - from, 1 /* PROT_READ */);
	}
}

// napi_relocate adds the load address to every word that the packed table
// names: an even entry is the address of a word, an odd one a bitmap of the 63
// words that follow the last one. It may not touch a pointer that needs this.
void napi_relocate(void) {
	char *base = (char *)&__ehdr_start;
	const Elf64_Xword *entry = NULL;
	Elf64_Xword size = 0;
	for (const Elf64_Dyn *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == NAPI_DT_RELR) entry = (const Elf64_Xword *)(base + d->d_un.d_ptr);
		if (d->d_tag == NAPI_DT_RELRSZ) size = d->d_un.d_val;
	}
	if (entry == NULL) return;
	Elf64_Addr *where = NULL;
	for (const Elf64_Xword *end = entry + size / sizeof *entry; entry < end; entry++) {
		if ((*entry & 1) == 0) {
			where = (Elf64_Addr *)(base + *entry);
			*where++ += (Elf64_Addr)base;
			continue;
		}
		for (int i = 0; i < 63; i++) {
			if (*entry >> (i + 1) & 1) where[i] += (Elf64_Addr)base;
		}
		where += 63;
	}
	protect(base);
}
