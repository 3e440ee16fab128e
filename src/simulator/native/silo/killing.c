/* Signals to everything that runs in the silo. */
#include "silo.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

/** How often a pass is repeated while processes still appear, and how long PAUSE waits until all stand still. */
enum { PASSES = 50, STILL_MS = 200 };

static bool killing;

bool killing_now(void) { return killing; }
void killing_done(void) { killing = false; }

void kill_descendants(void) {
  size_t count = 0, before;
  pid_t *pids = NULL;
  int pass = 0;
  // A stopped process cannot fork: when a pass finds no more than the one before, nothing gets away.
  do {
    before = count;
    free(pids);
    pids = descendants(&count);
    for (size_t i = 0; i < count; i++) kill(pids[i], SIGSTOP);
  } while (count > before && ++pass < PASSES);
  for (size_t i = 0; i < count; i++) kill(pids[i], SIGKILL);
  free(pids);
}

void killing_start(void) {
  killing = true;
  killing_turn();
}

void killing_turn(void) {
  if (!killing) return;
  kill_descendants();
  programs_reap();
}

void pause_descendants(void) {
  int64_t deadline = clock_ms() + STILL_MS;
  size_t before = 0;
  for (;;) {
    size_t count, moving = 0;
    pid_t *pids = descendants(&count);
    // Parents first, so that none sees its child stop and takes it for a job of its own.
    for (size_t i = 0; i < count; i++) {
      if (is_still(pids[i])) continue;
      kill(pids[i], SIGSTOP);
      moving++;
    }
    free(pids);
    if ((moving == 0 && count <= before) || clock_ms() > deadline) return;
    before = count;
    if (moving > 0) poll(NULL, 0, 1);
  }
}

void continue_descendants(void) {
  size_t count;
  pid_t *pids = descendants(&count);
  for (size_t i = count; i > 0; i--) kill(pids[i - 1], SIGCONT);
  free(pids);
}
