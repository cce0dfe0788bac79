/* bcryptprimitives.dll for the wine prefix "win10".
 *
 * Debian 12 has wine 8.0, which lacks this system library (wine has it since
 * 8.13); a Go program takes its random bytes from ProcessPrng and dies at load
 * without it. The prefix "win7" goes without the stub on purpose: Windows 7 has
 * no ProcessPrng either, and a library must refuse there softly. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom, advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T size)
{
	return SystemFunction036(buffer, (ULONG)size);
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, LPVOID reserved)
{
	(void)self, (void)why, (void)reserved;
	return TRUE;
}
