/*
 * hcs-silo: starts the programs of one simulated compute system and plays the part of its silo (docs/simulator-wire.md 2).
 * One thread, one poll loop (main.c). Everything that runs in the container is a descendant of this process.
 */
#ifndef HCS_SILO_H
#define HCS_SILO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STDIN, STDOUT, STDERR, ENDS };
enum { SPAWN_STDIN = 1, SPAWN_STDOUT = 2, SPAWN_STDERR = 4, SPAWN_TERMINAL = 8 };
enum { TICKET = 16 };
/** Set in the errno of SPAWNED when chdir failed. */
enum { CHDIR_FAILED = 1 << 30 };

/* loop (main.c) */

/** Called with poll's revents. */
typedef void (*watch_ready)(void *context, short events);
/** Watches a descriptor for the coming turn of the loop only. A descriptor that is not watched cannot spin the loop. */
void watch(int descriptor, short events, watch_ready ready, void *context);
/** The loop turns at the latest at that time of clock_ms. */
void wake_at(int64_t time_ms);
int64_t clock_ms(void);
/** Ends every descendant, takes the socket away and exits. */
_Noreturn void silo_end(void);

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

void control_open(int descriptor);
void control_watch(void);
/** Sends one frame, or queues what does not go at once. */
void control_send(enum control_type type, const void *payload, size_t length);

/* requests.c: what the frames ask for */

/** False when the frame is malformed: the service is then not to be trusted any more. `payload` may be changed. */
bool request_handle(uint8_t type, char *payload, size_t length);

/* program.c: the programs that SPAWN made */

struct terminal;
struct program {
  struct program *next;
  pid_t pid;
  uint32_t sequence;
  uint8_t ticket[TICKET];
  /** The client's pipe ends, kept to be handed out; -1 when there is none. */
  int ends[ENDS];
  /** Tells how exec went, until it has (spawn.c); else -1. */
  int status;
  /** Where hcs-cmd writes its 32-bit exit code; else -1. */
  int exit_code;
  struct terminal *terminal;
  /** It has been reaped; `how` and `value` are as in EXITED. */
  bool ended;
  uint8_t how;
  uint32_t value;
  /** EXITED has been sent; until then it waits for the terminal's last output, at most until tell_by. */
  bool told;
  int64_t tell_by;
  bool failed;
};

void program_add(struct program *program);
/** One has been exec'd: the silo is not empty any more. */
void program_started(void);
/** The living program with that pid, else the latest ended one, else null. */
struct program *program_by_pid(pid_t pid);
struct program *program_by_ticket(const uint8_t ticket[TICKET]);
/** Each in turn: pass null first. */
struct program *program_next(const struct program *program);
void programs_watch(void);
/** Reaps whatever has ended, and tells of it. */
void programs_reap(void);
/** Frees what is done with; tells EMPTY when that has come. */
void programs_sweep(void);
void program_close_end(struct program *program, int which);

/* killing.c */

/** SIGKILL to every descendant, again and again until none is left; then EMPTY. */
void killing_start(void);
bool killing_now(void);
void killing_done(void);
/** Repeats the killing while it goes on. */
void killing_turn(void);
/** One pass over all descendants: freezes them so that none escapes by forking, then kills. */
void kill_descendants(void);
/** SIGSTOP to every descendant; returns when all stand still, or after a bounded time. */
void pause_descendants(void);
void continue_descendants(void);

/* descendants_linux.c, descendants_posix.c */

/** Process ids of all descendants (zombies too), parents before children; to be freed. Count in `count`. */
pid_t *descendants(size_t *count);
bool is_descendant(pid_t pid);
/** Whether it stands still or is dead: nothing of it runs. */
bool is_still(pid_t pid);

struct figures {
  uint32_t pid, parent;
  uint64_t user, kernel, resident, shared, commit, started, read, written;
  char name[64];
};
/** False when there is no such process any more. */
bool process_figures(pid_t pid, struct figures *figures);
/** CPU time in 100 ns of descendants that are no more. */
void ended_times(const pid_t *living, size_t count, uint64_t *user, uint64_t *kernel);

/* spawn.c */

struct spawn_request {
  uint32_t sequence;
  uint8_t ticket[TICKET];
  uint32_t flags;
  uint16_t rows, columns;
  const char *directory;
  /** Ends with a null pointer; so does environment. */
  char **arguments;
  char **environment;
};
void spawn(const struct spawn_request *request);
/** Reads how exec went and answers SPAWNED. */
void spawn_status(struct program *program);

/* terminal.c: programs in front of a pseudo-terminal */

/** Takes the silo's ends of the pipes (-1: none); on success the slave's descriptor is in `slave`. Null with errno. */
struct terminal *terminal_open(uint16_t rows, uint16_t columns, const int pipes[ENDS], int *slave);
void terminal_resize(struct terminal *terminal, uint16_t rows, uint16_t columns);
/** The program gets end-of-file after what is in the pipe already. */
void terminal_close_input(struct terminal *terminal);
void terminal_watch(struct terminal *terminal, const struct program *program);
/** Nothing more will come out of it. */
bool terminal_is_over(const struct terminal *terminal, const struct program *program);
void terminal_free(struct terminal *terminal);

/* handout.c: tickets for pipe ends */

/** Listens at `path`, mode 0600. False with errno. */
bool handout_open(const char *path);
void handout_close(void);
void handout_watch(void);

/* descriptors.c */

/** Close-on-exec pipe: [0] reads, [1] writes. False with errno. */
bool pipe_make(int ends[2]);
void set_nonblocking(int descriptor);
void set_cloexec(int descriptor);
void close_end(int *descriptor);
/** Makes descriptors 0 to 2 open, so that no pipe ever gets these numbers, and closes those above 3. */
void descriptors_tidy(void);

#endif
