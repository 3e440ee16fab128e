/* The platform of the stand-in on POSIX systems: pthreads, Unix sockets, descriptors by SCM_RIGHTS. */
#ifndef _WIN32

#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif
#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0
#endif

enum { CONNECT_SECONDS = 30, FETCH_SECONDS = 10, READER_STACK = 256 << 10 };

void lock_init(platform_lock *lock) { pthread_mutex_init(lock, NULL); }
void lock_take(platform_lock *lock) { pthread_mutex_lock(lock); }
void lock_release(platform_lock *lock) { pthread_mutex_unlock(lock); }
void signal_init(platform_signal *signal) { pthread_cond_init(signal, NULL); }
void signal_wait(platform_signal *signal, platform_lock *lock) { pthread_cond_wait(signal, lock); }
void signal_all(platform_signal *signal) { pthread_cond_broadcast(signal); }

struct start {
  void (*body)(void *);
  void *argument;
};

static void *thread_entry(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.body(start.argument);
  return NULL;
}

bool thread_start(void (*body)(void *), void *argument) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return false;
  *start = (struct start){body, argument};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // A thread that runs the client's callbacks (it has no argument) gets the usual stack.
  if (argument != NULL) pthread_attr_setstacksize(&attributes, READER_STACK);
  pthread_t thread;
  int failure = pthread_create(&thread, &attributes, thread_entry, start);
  pthread_attr_destroy(&attributes);
  if (failure != 0) free(start);
  return failure == 0;
}

uint32_t thread_number(void) {
#ifdef __linux__
  static _Thread_local uint32_t number;
  if (number == 0) number = (uint32_t)syscall(SYS_gettid);
  return number;
#else
  return (uint32_t)(uintptr_t)pthread_self();
#endif
}

uint32_t process_number(void) { return (uint32_t)getpid(); }

/** Connected, close-on-exec, within `seconds`; -1. A program that is exec'd never inherits it. */
static int socket_connect(const char *path, int seconds) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof address.sun_path) return -1;
  memcpy(address.sun_path, path, length + 1);
#ifdef SOCK_CLOEXEC
  int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  if (s >= 0) fcntl(s, F_SETFD, FD_CLOEXEC);
#endif
  if (s < 0) return -1;
#ifdef SO_NOSIGPIPE
  setsockopt(s, SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
  // On a local socket the send timeout also bounds the wait for a place in the listener's queue.
  struct timeval bound = {.tv_sec = seconds};
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
  int failure;
  do failure = connect(s, (struct sockaddr *)&address, sizeof address);
  while (failure != 0 && errno == EINTR);
  if (failure != 0) {
    close(s);
    return -1;
  }
  return s;
}

bool transport_open(platform_transport *transport) {
  const char *path = getenv("HCS_SIMULATOR_ENDPOINT");
  transport->socket = path == NULL ? -1 : socket_connect(path, CONNECT_SECONDS);
  if (transport->socket < 0) return false;
  struct timeval unbounded = {0};
  setsockopt(transport->socket, SOL_SOCKET, SO_SNDTIMEO, &unbounded, sizeof unbounded);
  return true;
}

static bool socket_write(int s, const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t sent = send(s, at, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    length -= (size_t)sent;
  }
  return true;
}

bool transport_write(platform_transport *transport, const void *bytes, size_t length) {
  return socket_write(transport->socket, bytes, length);
}

size_t transport_read(platform_transport *transport, void *bytes, size_t room, int timeout_ms) {
  if (timeout_ms >= 0) {
    struct pollfd wait = {.fd = transport->socket, .events = POLLIN};
    int ready;
    do ready = poll(&wait, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0) return 0;
  }
  ssize_t got;
  do got = recv(transport->socket, bytes, room, 0);
  while (got < 0 && errno == EINTR);
  return got > 0 ? (size_t)got : 0;
}

void transport_abort(platform_transport *transport) { shutdown(transport->socket, SHUT_RDWR); }
void transport_close(platform_transport *transport) { close(transport->socket); }

/** UTF-16 to UTF-8; lone surrogates are refused. */
static bool narrow(const wide *text, size_t units, char *out, size_t room) {
  size_t at = 0;
  for (size_t i = 0; i < units; i++) {
    uint32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < units && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000)
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
    else if (c == 0 || (c >= 0xD800 && c < 0xE000)) return false;
    if (at + 5 > room) return false;
    if (c < 0x80) {
      out[at++] = (char)c;
    } else if (c < 0x800) {
      out[at++] = (char)(0xC0 | c >> 6);
      out[at++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out[at++] = (char)(0xE0 | c >> 12);
      out[at++] = (char)(0x80 | (c >> 6 & 0x3F));
      out[at++] = (char)(0x80 | (c & 0x3F));
    } else {
      out[at++] = (char)(0xF0 | c >> 18);
      out[at++] = (char)(0x80 | (c >> 12 & 0x3F));
      out[at++] = (char)(0x80 | (c >> 6 & 0x3F));
      out[at++] = (char)(0x80 | (c & 0x3F));
    }
  }
  out[at] = 0;
  return true;
}

/** Receives the answer byte and up to three descriptors, which it owns on success. */
static bool descriptors_receive(int s, int ends[3], unsigned *count) {
  struct timeval bound = {.tv_sec = FETCH_SECONDS};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  uint8_t answer = 1;
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(3 * sizeof(int))];
  } control;
  struct iovec part = {&answer, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t got;
  do got = recvmsg(s, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  *count = 0;
  if (got < 0) return false;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    *count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(ends, CMSG_DATA(c), *count * sizeof(int));
  }
  for (unsigned i = 0; MSG_CMSG_CLOEXEC == 0 && i < *count; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  return got == 1 && answer == 0;
}

bool pipe_ends_fetch(const wide *endpoint, size_t units, uint32_t mask, const uint8_t ticket[16],
                     hcs_process_information *information) {
  char path[1024];
  if (!narrow(endpoint, units, path, sizeof path)) return false;
  int s = socket_connect(path, FETCH_SECONDS);
  if (s < 0) return false;
  int ends[3];
  unsigned count = 0, wanted = 0;
  bool good = socket_write(s, ticket, 16) && descriptors_receive(s, ends, &count);
  close(s);
  for (unsigned bit = 0; bit < 3; bit++) wanted += mask >> bit & 1;
  if (!good || count != wanted) {
    for (unsigned i = 0; i < count; i++) close(ends[i]);
    return false;
  }
  void **places[3] = {&information->std_input, &information->std_output, &information->std_error};
  unsigned next = 0;
  for (unsigned bit = 0; bit < 3; bit++) {
    if ((mask >> bit & 1) == 0) continue;
    // 0 means "none" in PROCINFO, and a client may run with its descriptor 0 closed.
    if (ends[next] == 0) {
      ends[next] = fcntl(0, F_DUPFD_CLOEXEC, 3);
      close(0);
    }
    *places[bit] = (void *)(intptr_t)ends[next++];
  }
  return true;
}

void *task_memory_allocate(size_t size) { return malloc(size); }

/** The linker marks the library as not to be unloaded (scripts/build-native.mjs). */
void library_pin(void) {}

#endif
