/* The socket at which a client fetches pipe ends: 16 bytes of ticket in, one byte and the descriptors out, any number of times. */
#include "silo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/** More clients than that wait in the listener's queue; one that says nothing is cut off. */
enum { GUESTS = 64, GUEST_MS = 10000, QUEUE = 512 };
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static int listener = -1;
static char listen_path[sizeof((struct sockaddr_un *)0)->sun_path];
static struct guest {
  int socket;
  size_t got;
  uint8_t ticket[TICKET];
  int64_t deadline;
} guests[GUESTS];
static unsigned guest_count;

bool handout_open(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  strcpy(address.sun_path, path);
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (listener < 0) return false;
  set_cloexec(listener);
  set_nonblocking(listener);
  mode_t before = umask(0177);
  unlink(path);
  bool good = bind(listener, (struct sockaddr *)&address, sizeof address) == 0;
  umask(before);
  if (!good || listen(listener, QUEUE) != 0) return false;
  strcpy(listen_path, path);
  for (unsigned i = 0; i < GUESTS; i++) guests[i].socket = -1;
  return true;
}

void handout_close(void) {
  if (listen_path[0] != 0) unlink(listen_path);
  listen_path[0] = 0;
  close_end(&listener);
}

static void guest_leave(struct guest *g) {
  close_end(&g->socket);
  guest_count--;
}

static void guest_answer(struct guest *g) {
  const struct program *p = program_by_ticket(g->ticket);
  uint8_t answer = p == NULL;
  int ends[ENDS];
  unsigned count = 0;
  for (int i = 0; p != NULL && i < ENDS; i++)
    if (p->ends[i] >= 0) ends[count++] = p->ends[i];
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(ENDS * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {&answer, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(c), ends, count * sizeof(int));
  }
  // One byte into a fresh socket always has room; when the client has gone there is nobody to tell.
  ssize_t ignored = sendmsg(g->socket, &message, MSG_NOSIGNAL);
  (void)ignored;
}

static void guest_ready(void *context, short events) {
  (void)events;
  struct guest *g = context;
  ssize_t got = recv(g->socket, g->ticket + g->got, TICKET - g->got, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (got > 0) g->got += (size_t)got;
  if (g->got == TICKET) guest_answer(g);
  if (got <= 0 || g->got == TICKET) guest_leave(g);
}

static void listener_ready(void *context, short events) {
  (void)context;
  (void)events;
  while (guest_count < GUESTS) {
    int s = accept(listener, NULL, NULL);
    if (s < 0) return;
    set_cloexec(s);
    set_nonblocking(s);
    struct guest *g = guests;
    while (g->socket >= 0) g++;
    *g = (struct guest){.socket = s, .deadline = clock_ms() + GUEST_MS};
    guest_count++;
    // Its ticket has most likely come with it.
    guest_ready(g, POLLIN);
  }
}

void handout_watch(void) {
  for (unsigned i = 0; guest_count > 0 && i < GUESTS; i++) {
    struct guest *g = &guests[i];
    if (g->socket < 0) continue;
    if (clock_ms() >= g->deadline) {
      guest_leave(g);
      continue;
    }
    watch(g->socket, POLLIN, guest_ready, g);
    wake_at(g->deadline);
  }
  if (guest_count < GUESTS) watch(listener, POLLIN, listener_ready, NULL);
}
