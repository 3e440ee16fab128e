/* The programs that SPAWN made, from fork until EXITED is told and their pipe ends are let go. */
#include "silo.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** How long EXITED waits for the terminal's last output. */
enum { DRAIN_MS = 250 };

static struct program *programs;
/** A program has started since the last EMPTY. */
static bool populated;
/** waitpid has said that there is no child. */
static bool childless;

void program_add(struct program *program) {
  program->next = programs;
  programs = program;
  if (!program->failed) childless = false;
}

void program_started(void) { populated = true; }

struct program *program_next(const struct program *program) { return program == NULL ? programs : program->next; }

struct program *program_by_pid(pid_t pid) {
  struct program *ended = NULL;
  for (struct program *p = programs; p != NULL; p = p->next) {
    if (p->pid != pid || p->failed) continue;
    if (!p->ended) return p;
    if (ended == NULL) ended = p;
  }
  return ended;
}

struct program *program_by_ticket(const uint8_t ticket[TICKET]) {
  for (struct program *p = programs; p != NULL; p = p->next)
    if (!p->failed && memcmp(p->ticket, ticket, TICKET) == 0) return p;
  return NULL;
}

void program_close_end(struct program *program, int which) { close_end(&program->ends[which]); }

static void exit_tell(struct program *p) {
  struct {
    uint32_t pid;
    uint8_t how;
    uint32_t value;
  } __attribute__((packed)) payload = {(uint32_t)p->pid, p->how, p->value};
  p->told = true;
  control_send(CONTROL_EXITED, &payload, sizeof payload);
}

/** hcs-cmd says its code here: the system's own carries only eight bits. */
static void exit_code_read(struct program *p) {
  uint32_t code;
  if (p->exit_code >= 0 && p->how == 0 && read(p->exit_code, &code, sizeof code) == sizeof code) p->value = code;
  close_end(&p->exit_code);
}

static void program_ended(struct program *p, int status) {
  // Exec's outcome is known by now: the dead child holds the pipe's other end no more.
  if (p->status >= 0) spawn_status(p);
  if (p->failed) return;
  p->ended = true;
  p->how = WIFSIGNALED(status);
  p->value = (uint32_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  exit_code_read(p);
  if (p->terminal == NULL) exit_tell(p);
  else p->tell_by = clock_ms() + DRAIN_MS;
}

void programs_reap(void) {
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) {
      childless = pid < 0;
      return;
    }
    // Others are orphans that this subreaper inherited.
    for (struct program *p = programs; p != NULL; p = p->next) {
      if (p->pid != pid || p->ended || p->failed) continue;
      program_ended(p, status);
      break;
    }
  }
}

static void status_ready(void *context, short events) {
  (void)events;
  struct program *p = context;
  // An earlier watcher of this turn may have reaped it.
  if (p->status >= 0) spawn_status(p);
}

void programs_watch(void) {
  for (struct program *p = programs; p != NULL; p = p->next) {
    if (p->status >= 0) watch(p->status, POLLIN, status_ready, p);
    if (p->terminal != NULL) terminal_watch(p->terminal, p);
    if (p->ended && !p->told) wake_at(p->tell_by);
  }
}

static bool program_is_done(const struct program *p) {
  if (p->failed) return true;
  return p->told && p->terminal == NULL && p->ends[STDIN] < 0 && p->ends[STDOUT] < 0 && p->ends[STDERR] < 0;
}

/** After EXITED of all: the service hears of the empty silo once for each time that it was not. */
static void empty_tell(bool untold) {
  if (!childless || untold) return;
  if (!populated && !killing_now()) return;
  populated = false;
  killing_done();
  control_send(CONTROL_EMPTY, NULL, 0);
}

void programs_sweep(void) {
  bool untold = false;
  int64_t now = clock_ms();
  for (struct program **link = &programs; *link != NULL;) {
    struct program *p = *link;
    if (p->terminal != NULL && terminal_is_over(p->terminal, p)) {
      terminal_free(p->terminal);
      p->terminal = NULL;
    }
    if (p->ended && !p->told && (p->terminal == NULL || now >= p->tell_by)) exit_tell(p);
    untold = untold || (!p->failed && !p->told);
    if (!program_is_done(p)) {
      link = &p->next;
      continue;
    }
    *link = p->next;
    for (int i = 0; i < ENDS; i++) program_close_end(p, i);
    close_end(&p->status);
    close_end(&p->exit_code);
    if (p->terminal != NULL) terminal_free(p->terminal);
    free(p);
  }
  empty_tell(untold);
}
