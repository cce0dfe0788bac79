// What build/targets/relr writes and relocate_linux_amd64.c reads, in the
// ranges of ELF that are left to operating systems and unused by any.
#pragma once
#define NAPI_DT_RELR 0x6d616e60
#define NAPI_DT_RELRSZ 0x6d616e61
#define NAPI_DT_RELRENT 0x6d616e62
#define NAPI_PT_RELRO 0x6d616e63
