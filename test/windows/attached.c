/*
 * attached.exe [PID...]: whether each of these programs has a console, and how many windows it shows: `yes 0`, a line each. Without a PID it looks at a
 * program that it starts at a console of its own, which has no window.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

struct count {
  DWORD process;
  int windows;
};

static BOOL CALLBACK count_window(HWND window, LPARAM into) {
  struct count *count = (struct count *)into;
  DWORD process;
  GetWindowThreadProcessId(window, &process);
  if (process == count->process && IsWindowVisible(window)) count->windows++;
  return TRUE;
}

static int look(DWORD process) {
  struct count count = {.process = process};
  if (!EnumWindows(count_window, (LPARAM)&count)) return 1;
  FreeConsole();
  BOOL console = AttachConsole(process);
  DWORD failure = console ? 0 : GetLastError();
  if (console) FreeConsole();
  // ERROR_INVALID_HANDLE: it has none. Anything else says nothing about it.
  if (!console && failure != ERROR_INVALID_HANDLE) {
    fprintf(stderr, "process %lu: error %lu\n", process, failure);
    return 1;
  }
  printf("%s %d\n", console ? "yes" : "no", count.windows);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 2 && atoi(argv[1]) == 0) {
    Sleep(20000);
    return 0;
  }
  for (int i = 1; i < argc; i++)
    if (look((DWORD)strtoul(argv[i], NULL, 10)) != 0) return 1;
  if (argc > 1) return 0;
  WCHAR self[MAX_PATH], line[] = L"attached wait";
  GetModuleFileNameW(NULL, self, MAX_PATH);
  STARTUPINFOW start = {.cb = sizeof start};
  PROCESS_INFORMATION child;
  if (!CreateProcessW(self, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &child)) return 1;
  // Its console is there when it has begun.
  Sleep(2000);
  int status = look(child.dwProcessId);
  TerminateProcess(child.hProcess, 0);
  return status;
}
