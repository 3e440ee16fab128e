/* Descriptor 3: frames `u32 length, u8 type, payload` both ways. Its end is the end of the silo. */
#include "silo.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_LIMIT = 16 << 20, ROOM = 64 << 10 };

static HANDLE control;
static struct operation reading, writing;
static char *incoming;
static size_t incoming_filled, incoming_room;
/** One is being written while the other one fills. */
static struct {
  char *bytes;
  size_t filled, room;
} sent, queued;
static size_t sent_at;
static bool write_runs;

static void *grown(char *bytes, size_t *room, size_t wanted) {
  if (wanted <= *room) return bytes;
  size_t larger = *room == 0 ? ROOM : *room;
  while (larger < wanted) larger *= 2;
  *room = larger;
  bytes = realloc(bytes, larger);
  if (bytes == NULL) silo_end();
  return bytes;
}

static void read_next(void) {
  incoming = grown(incoming, &incoming_room, incoming_filled + ROOM);
  memset(&reading.overlapped, 0, sizeof reading.overlapped);
  BOOL good = ReadFile(control, incoming + incoming_filled, (DWORD)(incoming_room - incoming_filled), NULL, &reading.overlapped);
  operation_started(&reading, good);
}

static void read_done(struct operation *operation, DWORD moved, DWORD failure) {
  (void)operation;
  if (failure != 0) silo_end();
  incoming_filled += moved;
  size_t at = 0;
  while (incoming_filled - at >= 4) {
    uint32_t length;
    memcpy(&length, incoming + at, 4);
    if (length == 0 || length > FRAME_LIMIT) silo_end();
    if (incoming_filled - at - 4 < length) break;
    char *frame = incoming + at + 4;
    if (!request_handle((uint8_t)frame[0], frame + 1, length - 1)) silo_end();
    at += 4 + (size_t)length;
  }
  memmove(incoming, incoming + at, incoming_filled - at);
  incoming_filled -= at;
  read_next();
}

static void write_next(void) {
  if (sent_at == sent.filled) {
    if (queued.filled == 0) return;
    char *bytes = sent.bytes;
    size_t room = sent.room;
    sent = queued;
    queued.bytes = bytes;
    queued.room = room;
    queued.filled = 0;
    sent_at = 0;
  }
  write_runs = true;
  memset(&writing.overlapped, 0, sizeof writing.overlapped);
  BOOL good = WriteFile(control, sent.bytes + sent_at, (DWORD)(sent.filled - sent_at), NULL, &writing.overlapped);
  operation_started(&writing, good);
}

static void write_done(struct operation *operation, DWORD moved, DWORD failure) {
  (void)operation;
  if (failure != 0) silo_end();
  write_runs = false;
  sent_at += moved;
  write_next();
}

void control_send(enum control_type type, const void *payload, size_t length) {
  queued.bytes = grown(queued.bytes, &queued.room, queued.filled + 5 + length);
  uint32_t size = (uint32_t)length + 1;
  char *at = queued.bytes + queued.filled;
  memcpy(at, &size, 4);
  at[4] = (char)type;
  if (length > 0) memcpy(at + 5, payload, length);
  queued.filled += 5 + length;
  if (!write_runs) write_next();
}

void control_open(HANDLE pipe) {
  control = pipe;
  reading.done = read_done;
  writing.done = write_done;
  read_next();
}
