// Where the process begins, in place of the compiler's crt1.o, which asks for
// __libc_start_main of glibc 2.34. The older one (oldglibc.h) takes two functions
// more, init and fini: there are none, as no C file here has a constructor.
#if defined(NAPI_HOST_OLDGLIBC_H) && defined(__x86_64__)
__asm__(".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"xor %ebp, %ebp\n" // the outermost frame
	"mov %rdx, %r9\n" // the loader's function for exit
	"pop %rsi\n" // argc
	"mov %rsp, %rdx\n" // argv
	"and $-16, %rsp\n"
	"push %rax\n" // keeps the alignment
	"push %rsp\n" // the end of the stack
	"xor %r8d, %r8d\n"
	"xor %ecx, %ecx\n"
	"lea main(%rip), %rdi\n"
	"call *__libc_start_main@GOTPCREL(%rip)\n"
	"hlt\n");
#elif defined(NAPI_HOST_OLDGLIBC_H) && defined(__aarch64__)
__asm__(".globl _start\n"
	".type _start, %function\n"
	"_start:\n"
	"mov x29, #0\n" // the outermost frame
	"mov x30, #0\n"
	"mov x5, x0\n" // the loader's function for exit
	"ldr x1, [sp]\n" // argc
	"add x2, sp, #8\n" // argv
	"mov x6, sp\n" // the end of the stack
	"mov x3, #0\n"
	"mov x4, #0\n"
	"adrp x0, main\n"
	"add x0, x0, :lo12:main\n"
	"bl __libc_start_main\n"
	"brk #0\n");
#endif
