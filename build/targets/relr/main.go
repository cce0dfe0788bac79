// Relr takes the packed relocations of a library (ld -z pack-relative-relocs)
// from the dynamic loader, which knows them since glibc 2.36 only, and leaves
// them to the library itself (cgo/relocate_linux_amd64.c):
//
//	relr FILE
//
// It changes numbers in place and moves nothing: the tags of the table and the
// type of the RELRO header become our own, and the library no longer asks for
// GLIBC_ABI_DT_RELR.
package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// The numbers of cgo/relocate.h.
const (
	ownRelr    = 0x6d616e60
	ownRelrSz  = 0x6d616e61
	ownRelrEnt = 0x6d616e62
	ownRelro   = 0x6d616e63
)

// DT_RELRSZ, DT_RELR and DT_RELRENT of the ELF standard.
const (
	relrSz  = 35
	relr    = 36
	relrEnt = 37
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: relr FILE")
		os.Exit(2)
	}
	if err := patchFile(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "relr: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

func patchFile(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := patch(raw); err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o755)
}

// patch changes the bytes of a library.
func patch(raw []byte) error {
	f, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	if f.Machine != elf.EM_X86_64 || f.Type != elf.ET_DYN {
		return fmt.Errorf("is %v %v, not a library for amd64", f.Machine, f.Type)
	}
	if err := ownInit(f); err != nil {
		return err
	}
	return errors.Join(tags(f, raw), relro(raw), versions(f, raw))
}

// ownInit sees that something else than the C library's _init runs first: ld
// says nothing when the function of -init does not exist.
func ownInit(f *elf.File) error {
	init, err := f.DynValue(elf.DT_INIT)
	if err != nil {
		return err
	}
	text := f.Section(".text")
	if text == nil || len(init) != 1 || init[0] < text.Addr || init[0] >= text.Addr+text.Size {
		return errors.New("DT_INIT is not in .text: was -init= understood?")
	}
	return nil
}

// tags renames the three entries of the dynamic section.
func tags(f *elf.File, raw []byte) error {
	s := f.Section(".dynamic")
	if s == nil {
		return errors.New("no .dynamic")
	}
	own := map[uint64]uint64{relr: ownRelr, relrSz: ownRelrSz, relrEnt: ownRelrEnt}
	found := 0
	for d := raw[s.Offset : s.Offset+s.Size]; len(d) >= 16; d = d[16:] {
		tag := binary.LittleEndian.Uint64(d)
		to, ok := own[tag]
		if !ok {
			continue
		}
		if tag == relrEnt && binary.LittleEndian.Uint64(d[8:]) != 8 {
			return errors.New("packed entries are not of 8 bytes")
		}
		binary.LittleEndian.PutUint64(d, to)
		found++
	}
	if found != len(own) {
		return fmt.Errorf("%d of %d tags of packed relocations: was -z pack-relative-relocs understood?", found, len(own))
	}
	return nil
}

// relro renames the program header: the loader would make the pages read-only
// before we write to them. The library does it after.
func relro(raw []byte) error {
	const entry = 56
	at, n := binary.LittleEndian.Uint64(raw[32:]), int(binary.LittleEndian.Uint16(raw[56:]))
	found := 0
	for i := range n {
		h := raw[at+uint64(i*entry):]
		if binary.LittleEndian.Uint32(h) == uint32(elf.PT_GNU_RELRO) {
			binary.LittleEndian.PutUint32(h, ownRelro)
			found++
		}
	}
	if found != 1 {
		return fmt.Errorf("%d RELRO headers, want one", found)
	}
	return nil
}

// versions takes GLIBC_ABI_DT_RELR out of the list of versions of the C
// library, which older ones would refuse to be without.
func versions(f *elf.File, raw []byte) error {
	need, names := f.Section(".gnu.version_r"), f.Section(".dynstr")
	if need == nil || names == nil {
		return errors.New("no .gnu.version_r or .dynstr")
	}
	str, err := names.Data()
	if err != nil {
		return err
	}
	found := 0
	for at := need.Offset; ; {
		file := raw[at:] // Elf64_Verneed: version, cnt, file, aux, next
		last := file[8:] // where the offset to the next Elf64_Vernaux stands
		lastAt := uint64(binary.LittleEndian.Uint32(last))
		for entry, n := at+lastAt, binary.LittleEndian.Uint16(file[2:]); n > 0; n-- {
			aux := raw[entry:] // hash, flags, other, name, next
			name, _, _ := bytes.Cut(str[binary.LittleEndian.Uint32(aux[8:]):], []byte{0})
			next := binary.LittleEndian.Uint32(aux[12:])
			if string(name) == "GLIBC_ABI_DT_RELR" {
				step := uint32(0)
				if next != 0 {
					step = binary.LittleEndian.Uint32(last) + next
				}
				binary.LittleEndian.PutUint32(last, step)
				binary.LittleEndian.PutUint16(file[2:], binary.LittleEndian.Uint16(file[2:])-1)
				found++
			} else {
				last = aux[12:]
			}
			entry += uint64(next)
		}
		next := binary.LittleEndian.Uint32(file[12:])
		if next == 0 {
			break
		}
		at += uint64(next)
	}
	if found != 1 {
		return fmt.Errorf("GLIBC_ABI_DT_RELR is asked for %d times, want once", found)
	}
	return nil
}
