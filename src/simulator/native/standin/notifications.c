#include "notifications.h"

#include "connection.h"
#include "platform.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256 };
static const uint64_t registration_bit = UINT64_C(1) << 62;
static const uint32_t service_disconnect = 0x01000000;

typedef struct registration {
  struct registration *next;
  hcs_callback callback;
  void *context;
  uint32_t id;
  /** Connection that it was made on; -1 until the service has accepted it. */
  int64_t generation;
} registration;

typedef struct notice {
  struct notice *next;
  uint32_t registration;
  uint32_t type;
  hresult status;
  /** Null, or the text that follows. */
  const wide *data;
  wide text[];
} notice;

static platform_lock lock = PLATFORM_LOCK_INIT;
static platform_signal queued = PLATFORM_SIGNAL_INIT;
static platform_signal finished = PLATFORM_SIGNAL_INIT;
static registration *registrations[BUCKETS];
static uint64_t live;
static uint32_t last_id;
static notice *first, **last = &first;
static bool started;
static uint32_t notifier_thread;
/** Registration whose callback runs now; 0 for none. */
static uint32_t running;
/** Generations up to this one have ended. */
static int64_t ended = -1;

static registration **registration_link(uint32_t id) {
  registration **link = &registrations[id % BUCKETS];
  while (*link != NULL && (*link)->id != id) link = &(*link)->next;
  return link;
}

static void notifier_body(void *unused) {
  (void)unused;
  lock_take(&lock);
  notifier_thread = thread_number();
  for (;;) {
    while (first == NULL) signal_wait(&queued, &lock);
    notice *n = first;
    first = n->next;
    if (first == NULL) last = &first;
    registration *r = *registration_link(n->registration);
    if (r != NULL) {
      hcs_callback callback = r->callback;
      void *context = r->context;
      running = n->registration;
      lock_release(&lock);
      callback(n->type, context, n->status, n->data);
      lock_take(&lock);
      running = 0;
      signal_all(&finished);
    }
    free(n);
  }
}

/** With `lock` held. */
static bool notice_queue(uint32_t id, uint32_t type, hresult status, const wire_value *data) {
  size_t length = data != NULL && data->tag == TAG_STRING ? data->length : 0;
  notice *n = malloc(sizeof *n + length + sizeof(wide));
  if (n == NULL) return false;
  *n = (notice){.registration = id, .type = type, .status = status};
  if (data != NULL && data->tag == TAG_STRING) {
    memcpy(n->text, data->bytes, length);
    n->text[length / sizeof(wide)] = 0;
    n->data = n->text;
  }
  *last = n;
  last = &n->next;
  signal_all(&queued);
  return true;
}

bool notification_arrived(uint32_t id, uint32_t type, hresult status, const wire_value *data) {
  lock_take(&lock);
  bool good = notice_queue(id, type, status, data);
  lock_release(&lock);
  return good;
}

void registrations_disconnected(uint32_t generation) {
  lock_take(&lock);
  ended = generation;
  for (unsigned i = 0; i < BUCKETS; i++)
    for (registration *r = registrations[i]; r != NULL; r = r->next)
      if (r->generation == (int64_t)generation) notice_queue(r->id, service_disconnect, HR_SERVICE_DISCONNECT, NULL);
  lock_release(&lock);
}

uint64_t registrations_live(void) {
  lock_take(&lock);
  uint64_t count = live;
  lock_release(&lock);
  return count;
}

/** Takes a registration out and waits for its callback. */
static void registration_forget(uint32_t id) {
  lock_take(&lock);
  registration **link = registration_link(id);
  registration *r = *link;
  if (r != NULL) {
    *link = r->next;
    live--;
    free(r);
  }
  while (running == id && thread_number() != notifier_thread) signal_wait(&finished, &lock);
  lock_release(&lock);
}

hresult registration_make(uint16_t opcode, hcs_handle handle, hcs_callback callback, void *context, hcs_handle *out) {
  registration *r = malloc(sizeof *r);
  if (r == NULL) return HR_OUT_OF_MEMORY;
  lock_take(&lock);
  if (!started) {
    library_pin();
    started = thread_start(notifier_body, NULL);
  }
  if (!started) {
    lock_release(&lock);
    free(r);
    return HR_OUT_OF_MEMORY;
  }
  uint32_t id = ++last_id;
  *r = (registration){.next = registrations[id % BUCKETS], .callback = callback, .context = context, .id = id, .generation = -1};
  registrations[id % BUCKETS] = r;
  live++;
  lock_release(&lock);

  hcs_call call;
  call_begin(&call, opcode);
  call_handle(&call, handle);
  frame_integer(&call.frame, id);
  hresult status = call_run(&call);
  call_end(&call);
  if (status < 0) {
    registration_forget(id);
    return status;
  }
  lock_take(&lock);
  r->generation = call.generation;
  // The connection broke between the service's answer and now: nobody has told this registration yet.
  if (ended >= (int64_t)call.generation) notice_queue(id, service_disconnect, HR_SERVICE_DISCONNECT, NULL);
  lock_release(&lock);
  *out = (hcs_handle)(uintptr_t)(registration_bit | id);
  return status;
}

hresult registration_drop(uint16_t opcode, hcs_handle handle) {
  uint64_t bits = (uint64_t)(uintptr_t)handle;
  uint32_t id = (uint32_t)bits;
  if ((bits & ~UINT64_C(0xFFFFFFFF)) != registration_bit) return HR_INVALID_HANDLE;
  lock_take(&lock);
  registration *r = *registration_link(id);
  int64_t generation = r == NULL ? -1 : r->generation;
  lock_release(&lock);
  // Not there, or dropped by its own callback before registering has returned: such a handle was never given out.
  if (generation < 0) return HR_INVALID_HANDLE;

  hcs_call call;
  call_begin(&call, opcode);
  call_of_generation(&call, (uint32_t)generation);
  frame_integer(&call.frame, id);
  hresult status = call_run(&call);
  call_end(&call);
  bool gone = status == HR_CALL_FAILED || status == HR_INVALID_HANDLE || status == HR_SERVER_UNAVAILABLE;
  if (status >= 0 || gone) registration_forget(id);
  return status;
}
