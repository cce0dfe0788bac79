/* Holds a file as an antivirus does that reads it: others may read it, nobody
 * may rename, replace or delete it.
 *
 *   hold.exe FILE SECONDS
 *
 * Creates FILE.held when it has it. */
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>
#include <shellapi.h>

int main(void)
{
	int argc = 0;
	wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
	wchar_t mark[MAX_PATH];
	HANDLE file, told;

	if (argv == NULL || argc != 3 || wcslen(argv[1]) + 6 > MAX_PATH)
		return 2;
	file = CreateFileW(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
	if (file == INVALID_HANDLE_VALUE)
		return 1;
	wcscpy(mark, argv[1]);
	wcscat(mark, L".held");
	told = CreateFileW(mark, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
	if (told == INVALID_HANDLE_VALUE)
		return 1;
	CloseHandle(told);
	Sleep((DWORD)_wtoi(argv[2]) * 1000);
	return 0;
}
