/* Descriptor 3: frames `u32 length, u8 type, payload` both ways. Its end is the end of the silo. */
#include "silo.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_LIMIT = 16 << 20, FIRST_ROOM = 16 << 10 };

static int control;
static struct {
  char *bytes;
  size_t filled, room;
} incoming, outgoing;

void control_open(int descriptor) {
  control = descriptor;
  set_cloexec(control);
  set_nonblocking(control);
}

static void append_room(size_t wanted, char **bytes, size_t *room) {
  if (wanted <= *room) return;
  size_t larger = *room == 0 ? FIRST_ROOM : *room;
  while (larger < wanted) larger *= 2;
  *bytes = realloc(*bytes, larger);
  if (*bytes == NULL) silo_end();
  *room = larger;
}

static void send_queued(void) {
  size_t at = 0;
  while (at < outgoing.filled) {
    ssize_t sent = write(control, outgoing.bytes + at, outgoing.filled - at);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (sent <= 0) silo_end();
    at += (size_t)sent;
  }
  if (at > 0) memmove(outgoing.bytes, outgoing.bytes + at, outgoing.filled - at);
  outgoing.filled -= at;
}

void control_send(enum control_type type, const void *payload, size_t length) {
  bool idle = outgoing.filled == 0;
  append_room(outgoing.filled + 5 + length, &outgoing.bytes, &outgoing.room);
  uint32_t size = (uint32_t)length + 1;
  char *at = outgoing.bytes + outgoing.filled;
  memcpy(at, &size, 4);
  at[4] = (char)type;
  if (length > 0) memcpy(at + 5, payload, length);
  outgoing.filled += 5 + length;
  if (idle) send_queued();
}

/** Handles every whole frame that has come. */
static void frames_take(void) {
  size_t at = 0;
  uint32_t length = 0;
  while (incoming.filled - at >= 4) {
    memcpy(&length, incoming.bytes + at, 4);
    if (length == 0 || length > FRAME_LIMIT) silo_end();
    if (incoming.filled - at - 4 < length) break;
    char *frame = incoming.bytes + at + 4;
    if (!request_handle((uint8_t)frame[0], frame + 1, length - 1)) silo_end();
    at += 4 + (size_t)length;
  }
  memmove(incoming.bytes, incoming.bytes + at, incoming.filled - at);
  incoming.filled -= at;
  if (incoming.filled >= 4) append_room((size_t)length + 4, &incoming.bytes, &incoming.room);
}

static void control_ready(void *context, short events) {
  (void)context;
  if ((events & POLLOUT) != 0) send_queued();
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0) return;
  append_room(FIRST_ROOM, &incoming.bytes, &incoming.room);
  ssize_t got = read(control, incoming.bytes + incoming.filled, incoming.room - incoming.filled);
  if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return;
  if (got <= 0) silo_end();
  incoming.filled += (size_t)got;
  frames_take();
}

void control_watch(void) {
  watch(control, (short)(POLLIN | (outgoing.filled > 0 ? POLLOUT : 0)), control_ready, NULL);
}
