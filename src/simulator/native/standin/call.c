/* Writing a call and reading its reply; sending is connection.c's work. */
#include "connection.h"
#include "counts.h"
#include "platform.h"

#include <stdlib.h>

#if UINTPTR_MAX < UINT64_MAX
#error "handles carry their generation in a 64-bit pointer"
#endif

enum { GENERATION_SHIFT = 48 };
static const uint64_t number_mask = (UINT64_C(1) << GENERATION_SHIFT) - 1;

void call_begin(hcs_call *call, uint16_t opcode) {
  call->wanted = -1;
  call->generation = 0;
  call->count = 0;
  call->block = NULL;
  call->status = HR_OK;
  frame_begin_call(&call->frame, opcode, thread_number());
}

void call_handle(hcs_call *call, hcs_handle handle) {
  uint64_t bits = (uint64_t)(uintptr_t)handle;
  call->wanted = (int64_t)(bits >> GENERATION_SHIFT);
  frame_integer(&call->frame, bits & number_mask);
}

void call_of_generation(hcs_call *call, uint32_t generation) { call->wanted = generation & GENERATION_MASK; }

wide *call_string(const hcs_call *call, unsigned index) {
  if (index >= call->count || call->values[index].tag != TAG_STRING) return NULL;
  return counted_string(call->values[index].bytes, call->values[index].length);
}

uint64_t call_integer(const hcs_call *call, unsigned index) {
  return index < call->count && call->values[index].tag == TAG_INTEGER ? call->values[index].integer : 0;
}

bool call_parse(hcs_call *call, size_t length) {
  wire_cursor cursor = {call->block, call->block + length};
  uint32_t status;
  uint8_t count;
  if (!cursor_u32(&cursor, &status) || !cursor_u8(&cursor, &count) || count > WIRE_VALUES) return false;
  for (unsigned i = 0; i < count; i++)
    if (!cursor_value(&cursor, &call->values[i])) return false;
  call->count = count;
  call->status = (hresult)status;
  return true;
}

hcs_handle call_new_handle(const hcs_call *call, unsigned index) {
  uint64_t number = call_integer(call, index) & number_mask;
  if (number == 0) return NULL;
  connection_count_handle(call->generation, true);
  return (hcs_handle)(uintptr_t)(number | (uint64_t)(call->generation & GENERATION_MASK) << GENERATION_SHIFT);
}

void call_closed_handle(const hcs_call *call) { connection_count_handle(call->generation, false); }

void call_result(const hcs_call *call, unsigned outs, wide **result) {
  if (result == NULL || call->count == 0) return;
  // A refusal may come without its out values; the document is still the last.
  if (call->count > outs) *result = call_string(call, outs);
  else if (call->status < 0) *result = call_string(call, call->count - 1);
}

void call_end(hcs_call *call) {
  frame_release(&call->frame);
  free(call->block);
  call->block = NULL;
}
