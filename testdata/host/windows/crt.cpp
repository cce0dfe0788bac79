// What the compiler expects of a C++ run-time library and msvcrt does not
// export: operators new and delete, the class of type descriptors, the entry.
#include "../os.hpp"
#include "win32.hpp"

void *operator new(size_t n) { return malloc(n == 0 ? 1 : n); }
void operator delete(void *p) noexcept { free(p); }
void operator delete(void *p, size_t) noexcept { free(p); }
void *operator new[](size_t n) { return malloc(n == 0 ? 1 : n); }
void operator delete[](void *p) noexcept { free(p); }
void operator delete[](void *p, size_t) noexcept { free(p); }

// Type descriptors of thrown types point at the vtable of this class; the
// frame handler compares their names only.
class type_info {
public:
	virtual ~type_info();
	void *data;
	char name[1];
};
type_info::~type_info() {}
type_info *host_type_info() { return new type_info; } // makes the compiler emit the vtable

extern "C" void __std_terminate() { TerminateProcess(GetCurrentProcess(), 98); }

extern "C" int _fltused = 0x9875; // "floating point is used": asked for by every object that does

extern "C" __declspec(dllimport) int __wgetmainargs(int *argc, WCHAR ***argv, WCHAR ***env, int glob, int *mode);

int main(int argc, char **argv);

extern "C" void host_entry() {
	int argc, mode = 0;
	WCHAR **wide, **env;
	__wgetmainargs(&argc, &wide, &env, 0, &mode);
	auto **argv = static_cast<char **>(calloc(size_t(argc) + 1, sizeof(char *)));
	for (int i = 0; i < argc; i++) {
		int n = WideCharToMultiByte(65001, 0, wide[i], -1, nullptr, 0, nullptr, nullptr);
		argv[i] = static_cast<char *>(malloc(size_t(n)));
		WideCharToMultiByte(65001, 0, wide[i], -1, argv[i], n, nullptr, nullptr);
	}
	ExitProcess(unsigned(main(argc, argv)));
}
