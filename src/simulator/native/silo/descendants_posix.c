/*
 * Systems without /proc and subreapers: only the programs that SPAWN made are known, each as the leader of its process group.
 * What starts a session of its own escapes there; that is said in the README.
 */
#ifndef __linux__

#include "silo.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

pid_t *descendants(size_t *count) {
  size_t found = 0;
  for (struct program *p = program_next(NULL); p != NULL; p = program_next(p)) found += !p->ended && !p->failed;
  pid_t *pids = calloc(found + 1, sizeof *pids);
  *count = 0;
  for (struct program *p = program_next(NULL); pids != NULL && p != NULL; p = program_next(p))
    // A negative number is the whole group to kill().
    if (!p->ended && !p->failed) pids[(*count)++] = -p->pid;
  return pids;
}

bool is_descendant(pid_t pid) {
  (void)pid;
  return false;
}

bool is_still(pid_t pid) {
  // Not told by the system: the signal is sent again, which does no harm, until the bound is reached.
  return kill(pid, 0) != 0;
}

bool process_figures(pid_t pid, struct figures *figures) {
  memset(figures, 0, sizeof *figures);
  figures->pid = (uint32_t)(pid < 0 ? -pid : pid);
  return kill(pid, 0) == 0;
}

void ended_times(const pid_t *living, size_t count, uint64_t *user, uint64_t *kernel) {
  (void)living;
  (void)count;
  *user = *kernel = 0;
}

#endif
