/*
 * Frames between stand-in and service (docs/simulator-wire.md 1): writing calls, reading replies. No input or output here.
 * All integers little-endian, as every host that this is compiled for has them.
 */
#ifndef HCS_STANDIN_WIRE_H
#define HCS_STANDIN_WIRE_H

#include "abi.h"
#include <stdbool.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the wire is written for little-endian hosts"
#endif

enum { WIRE_VERSION = 1, WIRE_HEADER = 9, WIRE_FRAME_LIMIT = 64 << 20, WIRE_VALUES = 8 };

enum wire_kind { WIRE_HELLO = 1, WIRE_WELCOME, WIRE_CALL, WIRE_REPLY, WIRE_NOTIFY, WIRE_COUNT, WIRE_COUNTED };

enum wire_tag { TAG_NULL, TAG_INTEGER, TAG_STRING, TAG_BYTES };

/** A frame being written. Small ones live inside it; `failed` is set when memory ran out or it got too long. */
typedef struct {
  uint8_t *bytes;
  size_t length;
  size_t room;
  unsigned arguments;
  bool failed;
  uint8_t small[512];
} wire_frame;

void frame_begin(wire_frame *frame, enum wire_kind kind, uint32_t id);
/** A CALL frame; its argument count is filled in by frame_end. */
void frame_begin_call(wire_frame *frame, uint16_t opcode, uint32_t thread);
void frame_set_id(wire_frame *frame, uint32_t id);
void frame_raw(wire_frame *frame, const void *bytes, size_t length);
void frame_integer(wire_frame *frame, uint64_t value);
/** `text` ends with a zero unit; null is written as null. */
void frame_string(wire_frame *frame, const wide *text);
void frame_bytes(wire_frame *frame, const void *bytes, uint32_t length);
void frame_null(wire_frame *frame);
/** Fills in the length. False when the frame must not be sent. */
bool frame_end(wire_frame *frame, bool is_call);
void frame_release(wire_frame *frame);

typedef struct {
  uint8_t tag;
  /** Bytes, not units. */
  uint32_t length;
  uint64_t integer;
  const uint8_t *bytes;
} wire_value;

/** Where reading stands in a payload that has arrived whole. */
typedef struct {
  const uint8_t *at;
  const uint8_t *end;
} wire_cursor;

bool cursor_u8(wire_cursor *cursor, uint8_t *value);
bool cursor_u32(wire_cursor *cursor, uint32_t *value);
bool cursor_value(wire_cursor *cursor, wire_value *value);

#endif
