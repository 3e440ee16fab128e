/* The programs that SPAWN made, from their start until EXITED is told and nobody is at their pipes. */
#include "silo.h"

#include <stdlib.h>

static struct program *programs;
/** A program has started since the last EMPTY, or KILL_ALL was asked for. */
static bool empty_owed;

void program_add(struct program *program) {
  program->next = programs;
  programs = program;
  // One that could not be started has ended already.
  if (!program->ended) empty_owed = true;
}

struct program *program_next(const struct program *program) { return program == NULL ? programs : program->next; }

struct program *program_by_pid(DWORD pid) {
  struct program *ended = NULL;
  for (struct program *p = programs; p != NULL; p = p->next) {
    if (p->pid != pid) continue;
    if (!p->ended) return p;
    if (ended == NULL) ended = p;
  }
  return ended;
}

void program_ended(struct program *p) {
  struct {
    uint32_t pid;
    uint8_t how;
    uint32_t value;
  } __attribute__((packed)) payload = {p->pid, 0, 0};
  DWORD code = 0;
  GetExitCodeProcess(p->process, &code);
  payload.value = code;
  p->ended = true;
  UnregisterWaitEx(p->waiter, NULL);
  if (p->console != NULL) console_close(p->console);
  p->console = NULL;
  control_send(CONTROL_EXITED, &payload, sizeof payload);
}

void program_close_stdin(struct program *p) {
  if (p->streams[STDIN] != NULL) stream_close_input(p->streams[STDIN]);
}

void program_release(struct program *p) {
  p->released = true;
  for (int i = 0; i < ENDS; i++)
    if (p->streams[i] != NULL) stream_release(p->streams[i]);
}

void programs_tell_empty(void) { empty_owed = true; }

static bool program_is_done(struct program *p) {
  bool done = p->ended && p->released;
  for (int i = 0; i < ENDS; i++) {
    if (p->streams[i] == NULL) continue;
    if (stream_is_done(p->streams[i])) {
      stream_free(p->streams[i]);
      p->streams[i] = NULL;
    } else done = false;
  }
  return done;
}

void programs_sweep(void) {
  bool living = false;
  for (struct program **link = &programs; *link != NULL;) {
    struct program *p = *link;
    living = living || !p->ended;
    if (!program_is_done(p)) {
      link = &p->next;
      continue;
    }
    *link = p->next;
    CloseHandle(p->process);
    free(p);
  }
  if (!empty_owed || living || !job_is_empty()) return;
  empty_owed = false;
  control_send(CONTROL_EMPTY, NULL, 0);
}
