/*
 * interrupt.exe HOW WORD COMMAND...: starts a program at a console of its own that has no window, copies its stdout, and when WORD has come
 * presses Ctrl+C (`c`) or Ctrl+Break (`break`) there, or ends the program as the task manager would (`kill`). Ends with the program's code;
 * after `kill` with 0 when all that held its stdout has gone within 10 s.
 */
#include <windows.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { BOUND_MS = 10000, ROOM = 65536 };

static char seen[ROOM];
static DWORD filled;

/** False at the end. */
static bool copy_some(HANDLE from) {
  DWORD got = 0, put;
  if (!ReadFile(from, seen + filled, ROOM - 1 - filled, &got, NULL) || got == 0) return false;
  WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), seen + filled, got, &put, NULL);
  filled += got;
  return filled < ROOM - 1;
}

static DWORD WINAPI copy_rest(void *from) {
  while (copy_some(from)) {}
  return 0;
}

/** What stands behind the first `words` words of our command line. */
static WCHAR *rest_of_line(int words) {
  WCHAR *at = GetCommandLineW();
  for (int i = 0; i < words; i++) {
    bool quoted = false;
    for (; *at != 0 && (quoted || *at != L' '); at++)
      if (*at == L'"') quoted = !quoted;
    while (*at == L' ') at++;
  }
  return at;
}

static BOOL WINAPI ignore(DWORD event) { return (void)event, TRUE; }

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  HANDLE read, write;
  if (!CreatePipe(&read, &write, &inherited, 0)) return 250;
  SetHandleInformation(read, HANDLE_FLAG_INHERIT, 0);
  STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = write};
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child;
  if (!CreateProcessW(NULL, rest_of_line(3), NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &start, &child)) return 251;
  CloseHandle(write);
  while (strstr(seen, argv[2]) == NULL)
    if (!copy_some(read)) return 252;
  if (strcmp(argv[1], "kill") == 0) TerminateProcess(child.hProcess, 9);
  else {
    SetConsoleCtrlHandler(ignore, TRUE);
    FreeConsole();
    if (!AttachConsole(child.dwProcessId) ||
        !GenerateConsoleCtrlEvent(strcmp(argv[1], "c") == 0 ? CTRL_C_EVENT : CTRL_BREAK_EVENT, 0)) {
      TerminateProcess(child.hProcess, 1);
      return 254;
    }
    // Its host may hold the stdout that we read to its end.
    FreeConsole();
  }
  HANDLE end = CreateThread(NULL, 0, copy_rest, read, 0, NULL);
  if (WaitForSingleObject(end, BOUND_MS) != WAIT_OBJECT_0) return 255;
  if (strcmp(argv[1], "kill") == 0) return 0;
  DWORD code = 0;
  if (WaitForSingleObject(child.hProcess, BOUND_MS) != WAIT_OBJECT_0) return 256;
  GetExitCodeProcess(child.hProcess, &code);
  ExitProcess(code);
}
