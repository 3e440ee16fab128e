/*
 * hcs-silo.exe: hcs-silo for Windows (docs/simulator-wire.md 2). A job object plays the silo: all that runs in the container is in it, and
 * ends with it. One thread, one completion port (main.c).
 */
#ifndef HCS_SILO_WIN32_H
#define HCS_SILO_WIN32_H

#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STDIN, STDOUT, STDERR, ENDS };
/** VERBATIM: the last argument is the rest of the command line as it is to be. */
enum { SPAWN_STDIN = 1, SPAWN_STDOUT = 2, SPAWN_STDERR = 4, SPAWN_TERMINAL = 8, SPAWN_VERBATIM = 16 };
enum { TICKET = 16 };
/** Set in the errno of SPAWNED when it is the working directory that failed. */
enum { CHDIR_FAILED = 1 << 30 };
/** ERROR_PROCESS_ABORTED: the exit code of what is ended from outside. */
enum { ABORTED = 1067 };

/* loop (main.c) */

/** What waits for a completion. Its memory must outlast it. */
struct operation {
  OVERLAPPED overlapped;
  void (*done)(struct operation *operation, DWORD moved, DWORD failure);
  DWORD failure;
};
/** Completions of the handle's operations come to the loop. False when the system refuses. */
bool port_add(HANDLE handle);
/** To be called with the return value of each started operation: `done` is called exactly once for it, never from in here. */
void operation_started(struct operation *operation, BOOL good);
/** Calls `done` without failure in the loop. */
void operation_post(struct operation *operation);
struct program;
/** From any thread: program_ended is called in the loop. */
void exit_post(struct program *program);
/** Ends everything in the job, and exits. */
__attribute__((noreturn)) void silo_end(void);

/* control.c: descriptor 3 */

enum control_type {
  CONTROL_SPAWN = 1,
  CONTROL_SPAWNED,
  CONTROL_EXITED,
  CONTROL_KILL,
  CONTROL_KILL_ALL,
  CONTROL_EMPTY,
  CONTROL_PAUSE,
  CONTROL_CONTINUE,
  CONTROL_DONE,
  CONTROL_RESIZE,
  CONTROL_CLOSE_STDIN,
  CONTROL_LIST,
  CONTROL_LISTED,
  CONTROL_SHUTDOWN,
  CONTROL_RELEASE
};
void control_open(HANDLE pipe);
void control_send(enum control_type type, const void *payload, size_t length);

/* requests.c */

/** False when the frame is malformed: the service is then not to be trusted any more. */
bool request_handle(uint8_t type, char *payload, size_t length);

/* program.c */

struct program {
  struct program *next;
  DWORD pid;
  HANDLE process, waiter;
  struct stream *streams[ENDS];
  /** A pseudo-console, else null. */
  void *console;
  bool ended, released;
};
void program_add(struct program *program);
/** The living program with that pid, else the latest ended one, else null. */
struct program *program_by_pid(DWORD pid);
struct program *program_next(const struct program *program);
void program_ended(struct program *program);
void program_close_stdin(struct program *program);
/** Drops the pipe ends that nobody has fetched; what was fetched is served to its end. */
void program_release(struct program *program);
/** Frees what is done with; tells EMPTY when that has come. */
void programs_sweep(void);
/** EMPTY is owed though nothing has run since the last one. */
void programs_tell_empty(void);

/* spawn.c */

struct spawn_request {
  uint32_t sequence;
  const uint8_t *ticket;
  uint32_t flags;
  uint16_t rows, columns;
  const char *directory;
  char **arguments;
  uint32_t argument_count;
  char **environment;
  uint32_t environment_count;
};
void spawn(const struct spawn_request *request);

/* text.c */

/** UTF-8 to UTF-16, to be freed. Ends the silo when there is no memory. */
WCHAR *wide_of(const char *text);
/** A command line of which the C runtime makes these arguments again; with `verbatim` the last one is put as it is. To be freed. */
WCHAR *command_line(char **arguments, uint32_t count, bool verbatim);
/** CreateProcess's block of `NAME=value`, sorted as Windows wants it. To be freed. */
WCHAR *environment_block(char **entries, uint32_t count);

/* pipes.c */

/** Attributes for this user and the system only, handles not inherited. */
SECURITY_ATTRIBUTES *private_attributes(void);
/** A pipe between us (overlapped, in the port) and a program (inherited, waiting). `program_reads`: its stdin. False with GetLastError. */
bool pipe_make(bool program_reads, bool inherited, HANDLE *ours, HANDLE *theirs);

/* stream.c: one of a program's streams, and the clients at its named pipe */

/** Takes `inner`, our end of the program's pipe. `prefix` as in docs/simulator-wire.md 1. Null with GetLastError. */
struct stream *stream_open(const WCHAR *prefix, int which, HANDLE inner, bool terminal);
void stream_close_input(struct stream *stream);
void stream_release(struct stream *stream);
/** Frees it when it was released and nobody is at it any more. */
bool stream_is_done(struct stream *stream);
void stream_free(struct stream *stream);

/* terminal.c: pseudo-consoles */

/** Null with GetLastError. The pipes stay the caller's. */
void *console_open(uint16_t rows, uint16_t columns, HANDLE input, HANDLE output);
void console_resize(void *console, uint16_t rows, uint16_t columns);
/** On a thread of its own: it waits until its output has been read. */
void console_close(void *console);

/* job.c */

bool job_open(HANDLE port, ULONG_PTR key);
bool job_add(HANDLE process);
void job_kill(void);
bool job_is_empty(void);
/** Sends Ctrl+C or Ctrl+Break to the console that the process is at. */
bool console_event(DWORD pid, DWORD event);
void job_kill_one(DWORD pid, uint32_t number);
void job_suspend(bool on);
/** Answers LIST. */
void job_list(uint32_t sequence);

extern WCHAR endpoint[256];

#endif
