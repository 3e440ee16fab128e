/*
 * relay.exe COMMAND...: runs a Windows program with Windows pipes as its stdio, under Wine, where node.exe cannot use the pipes of
 * the system below. Carries all three streams. HCS_RELAY_CODE names a file that gets the exit code in decimal: a process of the
 * system below can only end with its last eight bits.
 */
#include <windows.h>

#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

struct carry {
  HANDLE from, to;
};

static DWORD WINAPI carry(void *argument) {
  struct carry *both = argument;
  char bytes[65536];
  DWORD got, put;
  while (ReadFile(both->from, bytes, sizeof bytes, &got, NULL) && got > 0)
    for (DWORD at = 0; at < got; at += put)
      if (!WriteFile(both->to, bytes + at, got - at, &put, NULL)) return 1;
  CloseHandle(both->to);
  return 0;
}

static void pipe_for(HANDLE *ours, HANDLE *theirs, bool child_reads) {
  HANDLE read, write;
  if (!CreatePipe(&read, &write, NULL, 65536)) ExitProcess(250);
  *theirs = child_reads ? read : write;
  *ours = child_reads ? write : read;
  SetHandleInformation(*theirs, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
}

int main(void) {
  WCHAR *rest = GetCommandLineW();
  bool quoted = false;
  for (; *rest != 0 && (quoted || *rest != L' '); rest++)
    if (*rest == L'"') quoted = !quoted;
  while (*rest == L' ') rest++;

  STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
  static struct carry in, out, error;
  pipe_for(&in.to, &start.hStdInput, true);
  pipe_for(&out.from, &start.hStdOutput, false);
  pipe_for(&error.from, &start.hStdError, false);
  in.from = GetStdHandle(STD_INPUT_HANDLE);
  out.to = GetStdHandle(STD_OUTPUT_HANDLE);
  error.to = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child;
  if (!CreateProcessW(NULL, rest, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) {
    fprintf(stderr, "relay: cannot start the program: %lu\n", GetLastError());
    return 251;
  }
  CloseHandle(start.hStdInput);
  CloseHandle(start.hStdOutput);
  CloseHandle(start.hStdError);
  CreateThread(NULL, 0, carry, &in, 0, NULL);
  HANDLE ends[2] = {CreateThread(NULL, 0, carry, &out, 0, NULL), CreateThread(NULL, 0, carry, &error, 0, NULL)};
  WaitForSingleObject(child.hProcess, INFINITE);
  WaitForMultipleObjects(2, ends, TRUE, INFINITE);
  DWORD code = 252;
  GetExitCodeProcess(child.hProcess, &code);
  WCHAR name[1024];
  if (GetEnvironmentVariableW(L"HCS_RELAY_CODE", name, 1024) > 0) {
    FILE *file = _wfopen(name, L"w");
    if (file != NULL) {
      fprintf(file, "%lu\n", code);
      fclose(file);
    }
  }
  ExitProcess(code);
}
