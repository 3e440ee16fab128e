/* Descendants and their figures from /proc. As a subreaper the silo is the ancestor of everything that it started. */
#ifdef __linux__

#include "silo.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct pids {
  pid_t *items;
  size_t count, room;
};

static void pids_add(struct pids *pids, pid_t pid) {
  if (pids->count == pids->room) {
    pids->room = pids->room == 0 ? 64 : pids->room * 2;
    pid_t *larger = realloc(pids->items, pids->room * sizeof *larger);
    if (larger == NULL) _exit(70);
    pids->items = larger;
  }
  pids->items[pids->count++] = pid;
}

/** A small /proc file as text. False when it is not there any more. */
static bool text_read(const char *path, char *text, size_t room) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t got = read(file, text, room - 1);
  close(file);
  if (got < 0) return false;
  text[got] = 0;
  return true;
}

struct stat_line {
  char state;
  pid_t parent;
  unsigned long long user, kernel, user_waited, kernel_waited, started;
  char name[32];
};

static bool stat_read(pid_t pid, struct stat_line *s) {
  char path[40], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  if (!text_read(path, text, sizeof text)) return false;
  // The name may hold blanks and parentheses: the last one ends it.
  const char *open_at = strchr(text, '('), *close_at = strrchr(text, ')');
  if (open_at == NULL || close_at == NULL) return false;
  snprintf(s->name, sizeof s->name, "%.*s", (int)(close_at - open_at - 1), open_at + 1);
  int parent;
  if (sscanf(close_at + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %*d %*d %llu", &s->state,
             &parent, &s->user, &s->kernel, &s->user_waited, &s->kernel_waited, &s->started) != 7)
    return false;
  s->parent = parent;
  return true;
}

static bool is_number(const char *name) { return name[0] >= '0' && name[0] <= '9'; }

/** Adds the children that one thread has forked. False when the system does not tell. */
static bool thread_children(struct pids *pids, pid_t pid, const char *thread) {
  char path[80];
  snprintf(path, sizeof path, "/proc/%d/task/%s/children", (int)pid, thread);
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  int child;
  while (fscanf(file, "%d", &child) == 1) pids_add(pids, child);
  fclose(file);
  return true;
}

static void process_children(struct pids *pids, pid_t pid) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *threads = opendir(path);
  if (threads == NULL) return;
  for (struct dirent *entry; (entry = readdir(threads)) != NULL;)
    if (is_number(entry->d_name)) thread_children(pids, pid, entry->d_name);
  closedir(threads);
}

/** For kernels that keep no lists of children: every process's parent. */
static void scan_descendants(struct pids *pids) {
  struct pids all = {0}, parents = {0};
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
    struct stat_line s;
    pid_t pid = is_number(entry->d_name) ? (pid_t)atoi(entry->d_name) : 0;
    if (pid == 0 || !stat_read(pid, &s)) continue;
    pids_add(&all, pid);
    pids_add(&parents, s.parent);
  }
  if (processes != NULL) closedir(processes);
  for (size_t at = 0; at <= pids->count; at++) {
    pid_t parent = at == 0 ? getpid() : pids->items[at - 1];
    for (size_t i = 0; i < all.count; i++)
      if (parents.items[i] == parent) pids_add(pids, all.items[i]);
  }
  free(all.items);
  free(parents.items);
}

pid_t *descendants(size_t *count) {
  struct pids pids = {0};
  char self[16];
  snprintf(self, sizeof self, "%d", (int)getpid());
  if (!thread_children(&pids, getpid(), self)) scan_descendants(&pids);
  else
    for (size_t i = 0; i < pids.count; i++) process_children(&pids, pids.items[i]);
  *count = pids.count;
  return pids.items;
}

bool is_descendant(pid_t pid) {
  struct stat_line s;
  while (pid > 1 && stat_read(pid, &s)) {
    if (s.parent == getpid()) return true;
    pid = s.parent;
  }
  return false;
}

bool is_still(pid_t pid) {
  struct stat_line s;
  return !stat_read(pid, &s) || strchr("TtZXx", s.state) != NULL;
}

static uint64_t ticks_to_100ns(unsigned long long ticks) {
  return ticks * (10000000ull / (unsigned long long)sysconf(_SC_CLK_TCK));
}

static uint64_t now_100ns(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) return 0;
  return (uint64_t)now.tv_sec * 10000000u + (uint64_t)now.tv_nsec / 100;
}

/** The kernel's accounting ticks are coarse: the exact total is split in their proportion. */
static void cpu_times(pid_t pid, const struct stat_line *s, struct figures *f) {
  f->user = ticks_to_100ns(s->user);
  f->kernel = ticks_to_100ns(s->kernel);
  clockid_t clock;
  if (clock_getcpuclockid(pid, &clock) != 0) return;
  uint64_t total = now_100ns(clock);
  unsigned long long ticks = s->user + s->kernel;
  if (total == 0) return;
  f->kernel = ticks == 0 ? 0 : (uint64_t)((double)total * (double)s->kernel / (double)ticks);
  f->user = total - f->kernel;
}

/** The kernel cuts a process's name at 15 bytes; its first argument may have the rest. */
static void full_name(pid_t pid, struct figures *f) {
  char path[40], line[4096];
  size_t length = strlen(f->name);
  snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
  if (length < 15 || !text_read(path, line, sizeof line)) return;
  const char *slash = strrchr(line, '/'), *base = slash == NULL ? line : slash + 1;
  if (strncmp(base, f->name, length) == 0) snprintf(f->name, sizeof f->name, "%.63s", base);
}

bool process_figures(pid_t pid, struct figures *f) {
  static uint64_t boot;
  // Once, so that a process's start time never changes between two answers.
  if (boot == 0) boot = now_100ns(CLOCK_REALTIME) - now_100ns(CLOCK_BOOTTIME);
  struct stat_line s;
  if (!stat_read(pid, &s) || s.state == 'Z' || s.state == 'X') return false;
  *f = (struct figures){.pid = (uint32_t)pid, .parent = (uint32_t)s.parent, .started = boot + ticks_to_100ns(s.started)};
  snprintf(f->name, sizeof f->name, "%s", s.name);
  full_name(pid, f);
  cpu_times(pid, &s, f);
  char path[40], text[1024];
  unsigned long long resident, shared, data;
  snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
  if (text_read(path, text, sizeof text) && sscanf(text, "%*u %llu %llu %*u %*u %llu", &resident, &shared, &data) == 3) {
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    f->resident = resident * page;
    f->shared = shared * page;
    f->commit = data * page;
  }
  unsigned long long bytes;
  snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
  if (text_read(path, text, sizeof text)) {
    const char *line = strstr(text, "\nread_bytes: ");
    if (line != NULL && sscanf(line, " read_bytes: %llu", &bytes) == 1) f->read = bytes;
    line = strstr(text, "\nwrite_bytes: ");
    if (line != NULL && sscanf(line, " write_bytes: %llu", &bytes) == 1) f->written = bytes;
  }
  return true;
}

void ended_times(const pid_t *living, size_t count, uint64_t *user, uint64_t *kernel) {
  struct rusage reaped;
  getrusage(RUSAGE_CHILDREN, &reaped);
  *user = (uint64_t)reaped.ru_utime.tv_sec * 10000000u + (uint64_t)reaped.ru_utime.tv_usec * 10;
  *kernel = (uint64_t)reaped.ru_stime.tv_sec * 10000000u + (uint64_t)reaped.ru_stime.tv_usec * 10;
  for (size_t i = 0; i < count; i++) {
    struct stat_line s;
    if (!stat_read(living[i], &s)) continue;
    *user += ticks_to_100ns(s.user_waited);
    *kernel += ticks_to_100ns(s.kernel_waited);
  }
}

#endif
