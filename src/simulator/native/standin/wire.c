#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { CALL_COUNT_AT = WIRE_HEADER + 2 + 4 };

static void frame_grow(wire_frame *frame, size_t wanted) {
  size_t room = frame->room;
  while (room < wanted) room *= 2;
  uint8_t *bytes = frame->bytes == frame->small ? malloc(room) : realloc(frame->bytes, room);
  if (bytes == NULL) {
    frame->failed = true;
    return;
  }
  if (frame->bytes == frame->small) memcpy(bytes, frame->small, frame->length);
  frame->bytes = bytes;
  frame->room = room;
}

void frame_raw(wire_frame *frame, const void *bytes, size_t length) {
  if (frame->failed) return;
  if (length > WIRE_FRAME_LIMIT - frame->length) {
    frame->failed = true;
    return;
  }
  if (frame->length + length > frame->room) frame_grow(frame, frame->length + length);
  if (frame->failed) return;
  if (length > 0) memcpy(frame->bytes + frame->length, bytes, length);
  frame->length += length;
}

static void frame_u8(wire_frame *frame, uint8_t value) { frame_raw(frame, &value, 1); }
static void frame_u32(wire_frame *frame, uint32_t value) { frame_raw(frame, &value, 4); }

void frame_begin(wire_frame *frame, enum wire_kind kind, uint32_t id) {
  frame->bytes = frame->small;
  frame->length = 0;
  frame->room = sizeof frame->small;
  frame->arguments = 0;
  frame->failed = false;
  frame_u32(frame, 0);
  frame_u8(frame, (uint8_t)kind);
  frame_u32(frame, id);
}

void frame_begin_call(wire_frame *frame, uint16_t opcode, uint32_t thread) {
  frame_begin(frame, WIRE_CALL, 0);
  frame_raw(frame, &opcode, 2);
  frame_u32(frame, thread);
  frame_u8(frame, 0);
}

void frame_set_id(wire_frame *frame, uint32_t id) { memcpy(frame->bytes + 5, &id, 4); }

void frame_integer(wire_frame *frame, uint64_t value) {
  frame->arguments++;
  frame_u8(frame, TAG_INTEGER);
  frame_raw(frame, &value, 8);
}

void frame_string(wire_frame *frame, const wide *text) {
  if (text == NULL) {
    frame_null(frame);
    return;
  }
  size_t units = 0;
  while (text[units] != 0) units++;
  if (units > WIRE_FRAME_LIMIT / 2) {
    frame->failed = true;
    return;
  }
  frame->arguments++;
  frame_u8(frame, TAG_STRING);
  frame_u32(frame, (uint32_t)(units * 2));
  frame_raw(frame, text, units * 2);
}

void frame_bytes(wire_frame *frame, const void *bytes, uint32_t length) {
  frame->arguments++;
  frame_u8(frame, TAG_BYTES);
  frame_u32(frame, length);
  frame_raw(frame, bytes, length);
}

void frame_null(wire_frame *frame) {
  frame->arguments++;
  frame_u8(frame, TAG_NULL);
}

bool frame_end(wire_frame *frame, bool is_call) {
  if (frame->failed) return false;
  uint32_t length = (uint32_t)frame->length - 4;
  memcpy(frame->bytes, &length, 4);
  // 255 says "as many as the frame holds": a long layer chain has more than the count byte can tell.
  if (is_call) frame->bytes[CALL_COUNT_AT] = (uint8_t)(frame->arguments < 255 ? frame->arguments : 255);
  return true;
}

void frame_release(wire_frame *frame) {
  if (frame->bytes != frame->small) free(frame->bytes);
  frame->bytes = frame->small;
}

static bool cursor_take(wire_cursor *cursor, void *value, size_t length) {
  if ((size_t)(cursor->end - cursor->at) < length) return false;
  memcpy(value, cursor->at, length);
  cursor->at += length;
  return true;
}

bool cursor_u8(wire_cursor *cursor, uint8_t *value) { return cursor_take(cursor, value, 1); }
bool cursor_u32(wire_cursor *cursor, uint32_t *value) { return cursor_take(cursor, value, 4); }

bool cursor_value(wire_cursor *cursor, wire_value *value) {
  *value = (wire_value){0};
  if (!cursor_u8(cursor, &value->tag)) return false;
  switch (value->tag) {
    case TAG_NULL: return true;
    case TAG_INTEGER: return cursor_take(cursor, &value->integer, 8);
    case TAG_STRING:
    case TAG_BYTES:
      if (!cursor_u32(cursor, &value->length)) return false;
      if ((size_t)(cursor->end - cursor->at) < value->length) return false;
      if (value->tag == TAG_STRING && value->length % 2 != 0) return false;
      value->bytes = cursor->at;
      cursor->at += value->length;
      return true;
    default: return false;
  }
}
