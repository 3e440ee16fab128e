#include "counts.h"

#include "connection.h"
#include "notifications.h"
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t live_strings;

wide *counted_string(const uint8_t *bytes, size_t length) {
  uint8_t *text = task_memory_allocate(length + sizeof(wide));
  if (text == NULL) return NULL;
  if (length > 0) memcpy(text, bytes, length);
  memset(text + length, 0, sizeof(wide));
#ifndef _WIN32
  atomic_fetch_add_explicit(&live_strings, 1, memory_order_relaxed);
#endif
  return (wide *)(void *)text;
}

uint64_t counted_strings(void) { return atomic_load_explicit(&live_strings, memory_order_relaxed); }

uint64_t counted_handles(void) { return connection_handles() + registrations_live(); }

/** Test aid: what this process holds now. On Windows strings are freed by ole32, out of sight, and count 0. */
HCS_EXPORT hresult HCS_CALL HcsSimulatorCounts(uint64_t *strings, uint64_t *handles) {
  if (strings == NULL || handles == NULL) return HR_INVALID_ARGUMENT;
  *strings = counted_strings();
  *handles = counted_handles();
  return HR_OK;
}

#ifndef _WIN32
/** Off Windows the ABI's allocator is malloc; these count. Freeing with free() works too but stays uncounted. */
HCS_EXPORT void *CoTaskMemAlloc(size_t size) {
  void *memory = malloc(size);
  if (memory != NULL) atomic_fetch_add_explicit(&live_strings, 1, memory_order_relaxed);
  return memory;
}

HCS_EXPORT void CoTaskMemFree(void *memory) {
  if (memory == NULL) return;
  atomic_fetch_sub_explicit(&live_strings, 1, memory_order_relaxed);
  free(memory);
}
#endif
