/* Setting up, and the loop. */
#include "silo.h"

#include <io.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONTROL = 3 };
enum { KEY_OPERATION, KEY_POSTED, KEY_EXIT, KEY_JOB };
/** The job's messages may be lost: it is looked at as often as that. */
enum { LOOK_MS = 1000 };

WCHAR endpoint[256];
static HANDLE port;

bool port_add(HANDLE handle) { return CreateIoCompletionPort(handle, port, KEY_OPERATION, 0) != NULL; }

void operation_started(struct operation *operation, BOOL good) {
  DWORD failure = good ? 0 : GetLastError();
  // Only what has failed at once is not told by the system.
  if (good || failure == ERROR_IO_PENDING) return;
  operation->failure = failure;
  PostQueuedCompletionStatus(port, 0, KEY_POSTED, &operation->overlapped);
}

void operation_post(struct operation *operation) {
  operation->failure = 0;
  PostQueuedCompletionStatus(port, 0, KEY_POSTED, &operation->overlapped);
}

void exit_post(struct program *program) { PostQueuedCompletionStatus(port, 0, KEY_EXIT, (OVERLAPPED *)program); }

void silo_end(void) {
  job_kill();
  ExitProcess(0);
}

static void loop(void) {
  for (;;) {
    DWORD moved = 0;
    ULONG_PTR key = KEY_JOB;
    OVERLAPPED *what = NULL;
    BOOL good = GetQueuedCompletionStatus(port, &moved, &key, &what, LOOK_MS);
    DWORD failure = good ? 0 : GetLastError();
    if (!good && what == NULL && failure != WAIT_TIMEOUT) silo_end();
    if (what != NULL && key == KEY_EXIT) program_ended((struct program *)what);
    else if (what != NULL && key != KEY_JOB) {
      struct operation *operation = (struct operation *)what;
      operation->done(operation, moved, key == KEY_POSTED ? operation->failure : failure);
    }
    programs_sweep();
  }
}

/** They reach us while we are at a program's console. */
static BOOL WINAPI ignore_event(DWORD event) {
  (void)event;
  return TRUE;
}

static void inherit_nothing(HANDLE handle) {
  if (handle != NULL && handle != INVALID_HANDLE_VALUE) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
}

int main(int argc, char **argv) {
  HANDLE control = argc == 2 ? (HANDLE)_get_osfhandle(CONTROL) : INVALID_HANDLE_VALUE;
  if (control == INVALID_HANDLE_VALUE ||
      MultiByteToWideChar(CP_UTF8, 0, argv[1], -1, endpoint, sizeof endpoint / sizeof *endpoint) == 0) {
    fprintf(stderr, "usage: hcs-silo <prefix of its pipes>, with a duplex overlapped pipe as descriptor 3\n");
    return 64;
  }
  inherit_nothing(control);
  inherit_nothing(GetStdHandle(STD_INPUT_HANDLE));
  inherit_nothing(GetStdHandle(STD_OUTPUT_HANDLE));
  inherit_nothing(GetStdHandle(STD_ERROR_HANDLE));
  FreeConsole();
  // The programs inherit whether Ctrl+C is ignored; who started the engine may have had it so.
  SetConsoleCtrlHandler(NULL, FALSE);
  SetConsoleCtrlHandler(ignore_event, TRUE);
  port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  if (port == NULL || !job_open(port, KEY_JOB) || !port_add(control)) {
    fprintf(stderr, "hcs-silo: cannot be set up: %lu\n", GetLastError());
    return 71;
  }
  control_open(control);
  loop();
}
