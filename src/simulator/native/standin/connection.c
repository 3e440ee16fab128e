#include "connection.h"

#include "counts.h"
#include "notifications.h"
#include "platform.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 64, READ_BUFFER = 32 << 10, WELCOME_TIMEOUT_MS = 30000 };

typedef struct {
  platform_transport transport;
  platform_lock write_lock;
  uint32_t generation;
  /** The reader, and each call in flight; guarded by `lock`. */
  unsigned users;
  bool broken;
  /** Not closed yet; guarded by `lock`. */
  uint64_t handles;
} connection;

/** A thread that waits for a reply; lives on its stack, guarded by `lock`. */
typedef struct waiter {
  struct waiter *next;
  connection *over;
  platform_signal woken;
  uint32_t id;
  bool done;
  uint8_t *block;
  size_t length;
} waiter;

static platform_lock lock = PLATFORM_LOCK_INIT;
static platform_lock connect_lock = PLATFORM_LOCK_INIT;
static connection *current;
static waiter *waiters[BUCKETS];
static uint32_t last_call;
static uint32_t next_generation;

/** With `lock` held. True when the caller has to free it, after it let go of `lock`. */
static bool connection_leave(connection *c) { return --c->users == 0; }

static void connection_free(connection *c) {
  transport_close(&c->transport);
  free(c);
}

static void waiter_unlink(waiter *w) {
  waiter **link = &waiters[w->id % BUCKETS];
  while (*link != NULL && *link != w) link = &(*link)->next;
  if (*link == w) *link = w->next;
}

static void reply_arrived(connection *c, uint32_t id, uint8_t *block, size_t length) {
  lock_take(&lock);
  waiter *w = waiters[id % BUCKETS];
  while (w != NULL && !(w->id == id && w->over == c)) w = w->next;
  if (w != NULL) {
    waiter_unlink(w);
    w->block = block;
    w->length = length;
    w->done = true;
    signal_all(&w->woken);
  }
  lock_release(&lock);
  if (w == NULL) free(block);
}

static void count_answer(connection *c, uint32_t id) {
  uint64_t counts[2] = {counted_strings(), counted_handles()};
  wire_frame frame;
  frame_begin(&frame, WIRE_COUNTED, id);
  frame_raw(&frame, counts, sizeof counts);
  if (!frame_end(&frame, false)) return;
  lock_take(&c->write_lock);
  if (!transport_write(&c->transport, frame.bytes, frame.length)) transport_abort(&c->transport);
  lock_release(&c->write_lock);
}

/** One whole frame without its length. False when the service broke the protocol. */
static bool frame_arrived(connection *c, const uint8_t *bytes, size_t length) {
  wire_cursor cursor = {bytes, bytes + length};
  uint8_t kind;
  uint32_t id;
  if (!cursor_u8(&cursor, &kind) || !cursor_u32(&cursor, &id)) return false;
  size_t rest = (size_t)(cursor.end - cursor.at);
  if (kind == WIRE_REPLY) {
    uint8_t *block = malloc(rest + 1);
    if (block == NULL) return false;
    memcpy(block, cursor.at, rest);
    reply_arrived(c, id, block, rest);
    return true;
  }
  if (kind == WIRE_NOTIFY) {
    uint32_t type, status;
    wire_value data;
    if (!cursor_u32(&cursor, &type) || !cursor_u32(&cursor, &status) || !cursor_value(&cursor, &data)) return false;
    return notification_arrived(id, type, (hresult)status, &data);
  }
  if (kind == WIRE_COUNT) count_answer(c, id);
  // Kinds that a later service may send are skipped.
  return true;
}

/** Everything that waits on a broken connection learns of it; handles of it are dead from here on. */
static void connection_broke(connection *c) {
  lock_take(&lock);
  c->broken = true;
  if (current == c) current = NULL;
  for (unsigned i = 0; i < BUCKETS; i++) {
    for (waiter *w = waiters[i], *next; w != NULL; w = next) {
      next = w->next;
      if (w->over != c) continue;
      waiter_unlink(w);
      w->done = true;
      signal_all(&w->woken);
    }
  }
  lock_release(&lock);
  registrations_disconnected(c->generation);
  lock_take(&lock);
  bool last = connection_leave(c);
  lock_release(&lock);
  if (last) connection_free(c);
}

static void reader_body(void *argument) {
  connection *c = argument;
  size_t room = READ_BUFFER, filled = 0;
  uint8_t *buffer = malloc(room);
  bool good = buffer != NULL;
  while (good) {
    size_t got = transport_read(&c->transport, buffer + filled, room - filled, -1);
    if (got == 0) break;
    filled += got;
    size_t at = 0;
    uint32_t length = 0;
    while (good && filled - at >= 4) {
      memcpy(&length, buffer + at, 4);
      if (length > WIRE_FRAME_LIMIT) good = false;
      if (!good || filled - at - 4 < length) break;
      good = frame_arrived(c, buffer + at + 4, length);
      at += 4 + (size_t)length;
      length = 0;
    }
    if (!good) break;
    memmove(buffer, buffer + at, filled - at);
    filled -= at;
    // One frame larger than the buffer is waited for: it gets its room, and gives it back afterwards.
    size_t wanted = (size_t)length + 4 > READ_BUFFER ? (size_t)length + 4 : READ_BUFFER;
    if (wanted != room && filled <= wanted) {
      uint8_t *moved = realloc(buffer, wanted);
      if (moved == NULL) break;
      buffer = moved;
      room = wanted;
    }
  }
  free(buffer);
  transport_abort(&c->transport);
  connection_broke(c);
}

/** HELLO and WELCOME. */
static bool greet(platform_transport *transport) {
  wire_frame hello;
  uint32_t body[2] = {WIRE_VERSION, process_number()};
  frame_begin(&hello, WIRE_HELLO, 0);
  frame_raw(&hello, body, sizeof body);
  if (!frame_end(&hello, false) || !transport_write(transport, hello.bytes, hello.length)) return false;
  uint8_t welcome[WIRE_HEADER + 4];
  for (size_t filled = 0; filled < sizeof welcome;) {
    size_t got = transport_read(transport, welcome + filled, sizeof welcome - filled, WELCOME_TIMEOUT_MS);
    if (got == 0) return false;
    filled += got;
  }
  uint32_t length, version;
  memcpy(&length, welcome, 4);
  memcpy(&version, welcome + WIRE_HEADER, 4);
  return length == sizeof welcome - 4 && welcome[4] == WIRE_WELCOME && version == WIRE_VERSION;
}

/** Makes `current` when there is none. */
static hresult connect_service(void) {
  lock_take(&connect_lock);
  lock_take(&lock);
  bool there = current != NULL;
  lock_release(&lock);
  hresult status = HR_OK;
  connection *c = NULL;
  if (!there) {
    c = calloc(1, sizeof *c);
    if (c == NULL) status = HR_OUT_OF_MEMORY;
    else if (!transport_open(&c->transport)) {
      free(c);
      status = HR_SERVER_UNAVAILABLE;
    } else if (!greet(&c->transport)) {
      connection_free(c);
      status = HR_SERVER_UNAVAILABLE;
    } else {
      library_pin();
      lock_init(&c->write_lock);
      // The reader, and this function.
      c->users = 2;
      lock_take(&lock);
      c->generation = next_generation++;
      lock_release(&lock);
      if (thread_start(reader_body, c)) {
        // The reader may have met the end already: then `broken` is set and the next round connects again.
        lock_take(&lock);
        if (!c->broken) current = c;
        bool last = connection_leave(c);
        lock_release(&lock);
        if (last) connection_free(c);
      } else {
        connection_free(c);
        status = HR_OUT_OF_MEMORY;
      }
    }
  }
  lock_release(&connect_lock);
  return status;
}

/** Puts `w` among the waiters of a live connection that fits the call. */
static hresult call_enlist(hcs_call *call, waiter *w) {
  // A service that accepts and at once hangs up must not keep the caller here for ever.
  for (int attempt = 0; attempt < 3; attempt++) {
    lock_take(&lock);
    connection *c = current;
    if (call->wanted >= 0 && (c == NULL || (c->generation & GENERATION_MASK) != (uint32_t)call->wanted)) {
      lock_release(&lock);
      return HR_INVALID_HANDLE;
    }
    if (c != NULL) {
      c->users++;
      w->over = c;
      w->id = ++last_call;
      w->next = waiters[w->id % BUCKETS];
      waiters[w->id % BUCKETS] = w;
      lock_release(&lock);
      return HR_OK;
    }
    lock_release(&lock);
    hresult status = connect_service();
    if (status != HR_OK) return status;
  }
  return HR_SERVER_UNAVAILABLE;
}

hresult call_run(hcs_call *call) {
  if (!frame_end(&call->frame, true)) return call->status = HR_OUT_OF_MEMORY;
  waiter w = {0};
  signal_init(&w.woken);
  call->status = call_enlist(call, &w);
  if (call->status != HR_OK) return call->status;
  connection *c = w.over;
  frame_set_id(&call->frame, w.id);
  lock_take(&c->write_lock);
  // The reader sees the broken connection and wakes us with all others.
  if (!transport_write(&c->transport, call->frame.bytes, call->frame.length)) transport_abort(&c->transport);
  lock_release(&c->write_lock);

  lock_take(&lock);
  while (!w.done) signal_wait(&w.woken, &lock);
  lock_release(&lock);
  call->generation = c->generation;
  call->block = w.block;
  if (w.block == NULL) {
    call->status = HR_CALL_FAILED;
  } else if (!call_parse(call, w.length)) {
    call->count = 0;
    call->status = HR_CALL_FAILED;
    transport_abort(&c->transport);
  }
  lock_take(&lock);
  bool last = connection_leave(c);
  lock_release(&lock);
  if (last) connection_free(c);
  return call->status;
}

void connection_count_handle(uint32_t generation, bool more) {
  lock_take(&lock);
  if (current != NULL && current->generation == generation) {
    if (more) current->handles++;
    else if (current->handles > 0) current->handles--;
  }
  lock_release(&lock);
}

uint64_t connection_handles(void) {
  lock_take(&lock);
  uint64_t handles = current == NULL ? 0 : current->handles;
  lock_release(&lock);
  return handles;
}
