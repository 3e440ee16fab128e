/* SPAWN: pipes or a pseudo-console, then CreateProcess into the job. */
#include "silo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifndef PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE
#define PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE 0x00020016
#endif

static void spawned_tell(uint32_t sequence, int32_t failure, DWORD pid) {
  struct {
    uint32_t sequence;
    int32_t failure;
    uint32_t pid;
  } payload = {sequence, failure, pid};
  control_send(CONTROL_SPAWNED, &payload, sizeof payload);
}

/** The errno that the service knows, of a Win32 error. */
static int32_t errno_of(DWORD failure) {
  switch (failure) {
    case 0: return 0;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND: return ENOENT;
    case ERROR_ACCESS_DENIED: return EACCES;
    case ERROR_DIRECTORY: return ENOENT | CHDIR_FAILED;
    case ERROR_BAD_EXE_FORMAT: return ENOEXEC;
    case ERROR_NOT_ENOUGH_MEMORY: return ENOMEM;
    case ERROR_FILENAME_EXCED_RANGE: return E2BIG;
    default: return EIO;
  }
}

static void CALLBACK process_ended(void *program, BOOLEAN timed_out) {
  (void)timed_out;
  exit_post(program);
}

/** What the child is given. */
struct child_side {
  HANDLE stdio[ENDS];
  void *console;
};

/** `<endpoint>-<ticket in hex>`: the pipes' name is the ticket. */
static void prefix_of(const uint8_t *ticket, WCHAR *prefix, size_t room) {
  int at = _snwprintf(prefix, room, L"%ls-", endpoint);
  for (int i = 0; i < TICKET; i++, at += 2) _snwprintf(prefix + at, room - (size_t)at, L"%02x", ticket[i]);
}

/** A Win32 error, or 0. What was opened is in `program` and `side` even then. */
static DWORD streams_open(const struct spawn_request *request, struct program *program, struct child_side *side) {
  WCHAR prefix[300];
  bool terminal = (request->flags & SPAWN_TERMINAL) != 0;
  prefix_of(request->ticket, prefix, 300);
  for (int i = 0; i < ENDS; i++) {
    bool wanted = (request->flags >> i & 1) != 0;
    // A console needs both of its sides.
    if (!wanted && !(terminal && i != STDERR)) continue;
    HANDLE ours;
    if (!pipe_make(i == STDIN, !terminal, &ours, &side->stdio[i])) return GetLastError();
    program->streams[i] = stream_open(prefix, i, ours, terminal);
    if (program->streams[i] == NULL) return GetLastError();
  }
  if (terminal) {
    side->console = console_open(request->rows, request->columns, side->stdio[STDIN], side->stdio[STDOUT]);
    return side->console == NULL ? GetLastError() : 0;
  }
  for (int i = 0; i < ENDS; i++) {
    if (side->stdio[i] != NULL) continue;
    SECURITY_ATTRIBUTES passed = {.nLength = sizeof passed, .bInheritHandle = TRUE};
    side->stdio[i] = CreateFileW(L"NUL", i == STDIN ? GENERIC_READ : GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &passed,
                                 OPEN_EXISTING, 0, NULL);
  }
  return 0;
}

static DWORD process_start(const struct spawn_request *request, const struct child_side *side, PROCESS_INFORMATION *child) {
  WCHAR *directory = wide_of(request->directory), *program = wide_of(request->arguments[0]);
  WCHAR *line = command_line(request->arguments, request->argument_count, (request->flags & SPAWN_VERBATIM) != 0);
  WCHAR *environment = environment_block(request->environment, request->environment_count);
  DWORD attributes = GetFileAttributesW(directory), failure = 0;
  STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start.StartupInfo, .dwFlags = STARTF_USESTDHANDLES}};
  DWORD flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT;
  if (side->console != NULL) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    start.lpAttributeList = malloc(size);
    if (start.lpAttributeList == NULL) silo_end();
    InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size);
    UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, side->console,
                              sizeof side->console, NULL, NULL);
    start.StartupInfo.cb = sizeof start;
    flags |= EXTENDED_STARTUPINFO_PRESENT;
  } else {
    start.StartupInfo.hStdInput = side->stdio[STDIN];
    start.StartupInfo.hStdOutput = side->stdio[STDOUT];
    start.StartupInfo.hStdError = side->stdio[STDERR];
    // A console without a window: its programs can be sent Ctrl+C.
    flags |= CREATE_NO_WINDOW;
  }
  if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) failure = ERROR_DIRECTORY;
  else if (!CreateProcessW(program, line, NULL, NULL, side->console == NULL, flags, environment, directory,
                           &start.StartupInfo, child))
    failure = GetLastError();
  if (start.lpAttributeList != NULL) DeleteProcThreadAttributeList(start.lpAttributeList);
  free(start.lpAttributeList);
  free(environment);
  free(line);
  free(program);
  free(directory);
  return failure;
}

/** Into the job before its first instruction. */
static DWORD process_release(PROCESS_INFORMATION *child) {
  DWORD failure = job_add(child->hProcess) ? 0 : GetLastError();
  if (failure != 0) TerminateProcess(child->hProcess, ABORTED);
  else ResumeThread(child->hThread);
  CloseHandle(child->hThread);
  if (failure != 0) CloseHandle(child->hProcess);
  return failure;
}

void spawn(const struct spawn_request *request) {
  struct program *p = calloc(1, sizeof *p);
  if (p == NULL) silo_end();
  struct child_side side = {{NULL, NULL, NULL}, NULL};
  PROCESS_INFORMATION child;
  DWORD failure = streams_open(request, p, &side);
  if (failure == 0) failure = process_start(request, &side, &child);
  if (failure == 0) failure = process_release(&child);
  for (int i = 0; i < ENDS; i++)
    if (side.stdio[i] != NULL && side.stdio[i] != INVALID_HANDLE_VALUE) CloseHandle(side.stdio[i]);
  spawned_tell(request->sequence, errno_of(failure), failure == 0 ? child.dwProcessId : 0);
  if (failure != 0) {
    if (side.console != NULL) console_close(side.console);
    // Its listening pipes have completions to come: the sweep frees it.
    p->ended = true;
    program_add(p);
    program_release(p);
    return;
  }
  p->pid = child.dwProcessId;
  p->process = child.hProcess;
  p->console = side.console;
  program_add(p);
  if (!RegisterWaitForSingleObject(&p->waiter, p->process, process_ended, p, INFINITE, WT_EXECUTEONLYONCE)) silo_end();
}
