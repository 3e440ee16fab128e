/* Setting up, and the loop. */
#include "silo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { CONTROL = 3, END_MS = 5000 };

static struct pollfd *polled;
static struct {
  watch_ready ready;
  void *context;
} *watchers;
static size_t watched, watch_room;
static int64_t wake_time;
/** A signal handler writes here and the loop reads. */
static int signal_pipe[2];
static volatile sig_atomic_t must_end;

int64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void wake_at(int64_t time_ms) {
  if (time_ms < wake_time) wake_time = time_ms;
}

void watch(int descriptor, short events, watch_ready ready, void *context) {
  if (watched == watch_room) {
    watch_room = watch_room == 0 ? 32 : watch_room * 2;
    polled = realloc(polled, watch_room * sizeof *polled);
    watchers = realloc(watchers, watch_room * sizeof *watchers);
    if (polled == NULL || watchers == NULL) silo_end();
  }
  polled[watched] = (struct pollfd){.fd = descriptor, .events = events};
  watchers[watched].ready = ready;
  watchers[watched].context = context;
  watched++;
}

void silo_end(void) {
  handout_close();
  int64_t deadline = clock_ms() + END_MS;
  for (;;) {
    kill_descendants();
    pid_t pid;
    do pid = waitpid(-1, NULL, WNOHANG);
    while (pid > 0 || (pid < 0 && errno == EINTR));
    // Only when no child is left, not even a zombie, is nothing left below one.
    if (pid < 0 || clock_ms() > deadline) _exit(0);
    poll(NULL, 0, 2);
  }
}

static void on_signal(int number) {
  int saved = errno;
  if (number != SIGCHLD) must_end = 1;
  ssize_t ignored = write(signal_pipe[1], "", 1);
  (void)ignored;
  errno = saved;
}

static void signals_ready(void *context, short events) {
  (void)context;
  (void)events;
  char bytes[256];
  while (read(signal_pipe[0], bytes, sizeof bytes) > 0) {}
  if (must_end) silo_end();
  programs_reap();
}

static void signals_set(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void loop(void) {
  for (;;) {
    watched = 0;
    wake_time = INT64_MAX;
    watch(signal_pipe[0], POLLIN, signals_ready, NULL);
    control_watch();
    handout_watch();
    programs_watch();
    if (killing_now()) wake_at(clock_ms() + 10);
    int timeout = -1;
    if (wake_time != INT64_MAX) {
      int64_t left = wake_time - clock_ms();
      timeout = left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
    }
    int ready = poll(polled, (nfds_t)watched, timeout);
    if (ready < 0 && errno != EINTR) silo_end();
    // Watchers free nothing: what they are about lives until the sweep.
    for (size_t i = 0; ready > 0 && i < watched; i++)
      if (polled[i].revents != 0) watchers[i].ready(watchers[i].context, polled[i].revents);
    killing_turn();
    programs_sweep();
  }
}

int main(int argc, char **argv) {
  if (argc != 2 || fcntl(CONTROL, F_GETFD) < 0) {
    fprintf(stderr, "usage: hcs-silo <listen path>, with a duplex socket as descriptor 3\n");
    return 64;
  }
  descriptors_tidy();
  setsid();
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  // It keeps three descriptors for each program; the programs get the usual limit back (spawn.c).
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (!pipe_make(signal_pipe) || !handout_open(argv[1])) {
    perror("hcs-silo: cannot listen");
    return 71;
  }
  set_nonblocking(signal_pipe[0]);
  set_nonblocking(signal_pipe[1]);
  signals_set();
  control_open(CONTROL);
  loop();
}
