/* SPAWN: pipes or a terminal, fork, and in the child everything that makes it a program of the container. */
#include "silo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char **environ;

/** The usual soft limit; programs that still use select() break with more. */
enum { PROGRAM_FILES = 1024 };

static void spawned_tell(uint32_t sequence, int failure, pid_t pid) {
  struct {
    uint32_t sequence;
    int32_t failure;
    uint32_t pid;
  } payload = {sequence, failure, (uint32_t)pid};
  control_send(CONTROL_SPAWNED, &payload, sizeof payload);
}

void spawn_status(struct program *p) {
  int32_t failure = 0;
  ssize_t got = read(p->status, &failure, sizeof failure);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  close_end(&p->status);
  // Closed without a word: exec has happened.
  p->failed = got == sizeof failure;
  if (!p->failed) program_started();
  spawned_tell(p->sequence, p->failed ? failure : 0, p->failed ? 0 : p->pid);
}

/** The descriptors that the child makes its own. */
struct child_side {
  int stdio[ENDS];
  bool terminal;
  int status;
  /** Write end for the 32-bit exit code, and the variable that names it; -1 for programs other than hcs-cmd. */
  int exit_code;
  char exit_variable[40];
  pid_t silo;
};

static _Noreturn void child_fail(const struct child_side *side, int32_t failure) {
  ssize_t ignored = write(side->status, &failure, sizeof failure);
  (void)ignored;
  _exit(127);
}

/** Nothing of the silo's own ways reaches the program. */
static void child_signals(void) {
  struct sigaction usual = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &usual, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child_run(const struct spawn_request *request, const struct child_side *side) {
  child_signals();
  setsid();
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != side->silo) _exit(127);
#endif
  if (side->terminal) ioctl(side->stdio[STDIN], TIOCSCTTY, 0);
  for (int i = 0; i < ENDS; i++) dup2(side->stdio[i], i);
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > PROGRAM_FILES) {
    limit.rlim_cur = PROGRAM_FILES;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (chdir(request->directory) != 0) child_fail(side, errno | CHDIR_FAILED);
  if (side->exit_code >= 0) fcntl(side->exit_code, F_SETFD, 0);
  environ = request->environment;
  execvp(request->arguments[0], request->arguments);
  child_fail(side, errno);
}

/** Pipes for the streams that are asked for: the client's ends into `kept`, the other ones into `side`. */
static bool pipes_open(uint32_t flags, int kept[ENDS], int side[ENDS]) {
  for (int i = 0; i < ENDS; i++) {
    if ((flags >> i & 1) == 0) continue;
    int ends[2];
    if (!pipe_make(ends)) return false;
    kept[i] = ends[i == STDIN ? 1 : 0];
    side[i] = ends[i == STDIN ? 0 : 1];
  }
  return true;
}

static bool is_command_interpreter(const char *path) {
  const char *slash = strrchr(path, '/');
  return strcmp(slash == NULL ? path : slash + 1, "hcs-cmd") == 0;
}

/** Gives hcs-cmd its channel: one more variable at the environment's end. */
static char **exit_channel(const struct spawn_request *request, struct child_side *side, int *read_end) {
  int ends[2];
  size_t count = 0;
  while (request->environment[count] != NULL) count++;
  char **environment = calloc(count + 2, sizeof *environment);
  if (environment == NULL || !pipe_make(ends)) {
    free(environment);
    return NULL;
  }
  memcpy(environment, request->environment, count * sizeof *environment);
  snprintf(side->exit_variable, sizeof side->exit_variable, "HCS_SILO_EXIT_FD=%d", ends[1]);
  environment[count] = side->exit_variable;
  side->exit_code = ends[1];
  *read_end = ends[0];
  set_nonblocking(ends[0]);
  return environment;
}

/** Everything before fork. False with errno. */
static bool prepare(const struct spawn_request *request, struct program *p, struct child_side *side, int status[2]) {
  int pipes[ENDS] = {-1, -1, -1};
  side->terminal = (request->flags & SPAWN_TERMINAL) != 0;
  if (!pipes_open(request->flags, p->ends, pipes) || !pipe_make(status)) {
    for (int i = 0; i < ENDS; i++) close_end(&pipes[i]);
    return false;
  }
  set_nonblocking(status[0]);
  if (side->terminal) {
    int slave;
    p->terminal = terminal_open(request->rows, request->columns, pipes, &slave);
    if (p->terminal == NULL) {
      for (int i = 0; i < ENDS; i++) close_end(&pipes[i]);
      return false;
    }
    for (int i = 0; i < ENDS; i++) side->stdio[i] = slave;
    return true;
  }
  memcpy(side->stdio, pipes, sizeof pipes);
  for (int i = 0; i < ENDS; i++) {
    if (side->stdio[i] < 0) side->stdio[i] = open("/dev/null", (i == STDIN ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
    if (side->stdio[i] < 0) return false;
  }
  return true;
}

void spawn(const struct spawn_request *request) {
  struct program *p = calloc(1, sizeof *p);
  if (p == NULL) silo_end();
  p->sequence = request->sequence;
  memcpy(p->ticket, request->ticket, TICKET);
  p->status = p->exit_code = p->ends[STDIN] = p->ends[STDOUT] = p->ends[STDERR] = -1;
  struct child_side side = {.stdio = {-1, -1, -1}, .status = -1, .exit_code = -1, .silo = getpid()};
  struct spawn_request adapted = *request;
  char **with_channel = NULL;
  int status[2] = {-1, -1};
  int failure = prepare(request, p, &side, status) ? 0 : errno;
  if (failure == 0 && is_command_interpreter(request->arguments[0]))
    with_channel = exit_channel(request, &side, &p->exit_code);
  if (with_channel != NULL) adapted.environment = with_channel;
  side.status = status[1];
  pid_t pid = failure == 0 ? fork() : -1;
  if (pid == 0) child_run(&adapted, &side);
  if (pid < 0 && failure == 0) failure = errno;

  if (side.terminal) side.stdio[STDOUT] = side.stdio[STDERR] = -1;
  for (int i = 0; i < ENDS; i++) close_end(&side.stdio[i]);
  close_end(&status[1]);
  close_end(&side.exit_code);
  free(with_channel);
  p->status = status[0];
  p->pid = pid;
  if (failure != 0) {
    close_end(&p->status);
    p->failed = true;
    spawned_tell(p->sequence, failure, 0);
  }
  // A failed one is freed by the sweep.
  program_add(p);
}
