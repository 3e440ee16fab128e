/*
 * The one connection of this process to the service, and the calls that run over it. Made at the first call and again at the
 * next call after it broke. A native handle is the service's number with the connection's generation above bit 48, so that a
 * handle of an earlier connection is known as such even when a new service gives the same number again.
 */
#ifndef HCS_STANDIN_CONNECTION_H
#define HCS_STANDIN_CONNECTION_H

#include "wire.h"

/** A handle carries the low bits of its connection's generation. */
enum { GENERATION_MASK = (1 << 14) - 1 };

/** One call: filled by call_begin and the frame_* functions, answered by call_run, read by call_*, released by call_end. */
typedef struct {
  wire_frame frame;
  /** Generation of the handle that the call is about; -1 when it is about none. */
  int64_t wanted;
  /** Generation of the connection that carried it. */
  uint32_t generation;
  hresult status;
  unsigned count;
  wire_value values[WIRE_VALUES];
  uint8_t *block;
} hcs_call;

void call_begin(hcs_call *call, uint16_t opcode);
/** Writes a system or process handle as the next argument. */
void call_handle(hcs_call *call, hcs_handle handle);
/** The call is about something of the connection of that generation, and of no other. */
void call_of_generation(hcs_call *call, uint32_t generation);
/** Sends and waits for the reply, without bound. Any number of threads at once. */
hresult call_run(hcs_call *call);
/** The value at `index` as a counted out-string; null when it is none. */
wide *call_string(const hcs_call *call, unsigned index);
uint64_t call_integer(const hcs_call *call, unsigned index);
/** The value at `index` as a new, counted handle; null when the service gave none. */
hcs_handle call_new_handle(const hcs_call *call, unsigned index);
/** Writes the `result` document that follows `outs` other values, if there is one and the caller wants it. */
void call_result(const hcs_call *call, unsigned outs, wide **result);
/** A handle of this call's connection was closed. */
void call_closed_handle(const hcs_call *call);
void call_end(hcs_call *call);

/** For call_run: takes the `length` bytes of the reply in `block` apart. False when they are not one. */
bool call_parse(hcs_call *call, size_t length);
/** Changes the count of handles of the connection of that generation, if it is still the current one. */
void connection_count_handle(uint32_t generation, bool more);

/** Handles of the current connection that are not closed. */
uint64_t connection_handles(void);

#endif
