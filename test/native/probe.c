/*
 * Makes single calls of the HCS ABI on command, each on a thread of its own, for tests against a service that misbehaves on purpose.
 * Reads lines `<tag> <command> <arguments>` and prints `<tag> 0x<HRESULT> <text>` when the call returns. Handles live in numbered
 * slots. Callbacks print `notified <slot> 0x<type> 0x<status> <data>`. The library's path is argv[1].
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef uint16_t u16;
typedef struct {
  uint32_t pid, reserved;
  void *ends[3];
} procinfo;
typedef struct {
  uint8_t guid[16];
  uint32_t flags;
  const u16 *path;
} descriptor;
typedef struct {
  int64_t flavour;
  const u16 *home;
} driver;

enum { SLOTS = 16 };
static void *library;
/** Calls of different threads meet here only after the test has seen the first return; the lock is for sanitizers. */
static struct slot {
  void *handle, *registration;
} slots[SLOTS];
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t gate;
static const u16 empty[1] = {0};

struct command {
  char tag[32], name[32], a[64], b[64];
};

#define IMPORT(result, name, ...) result (*name)(__VA_ARGS__) = (result(*)(__VA_ARGS__))(uintptr_t)dlsym(library, #name)

static struct slot slot_get(int number) {
  pthread_mutex_lock(&slots_lock);
  struct slot slot = slots[number];
  pthread_mutex_unlock(&slots_lock);
  return slot;
}

static void slot_set(int number, struct slot slot) {
  pthread_mutex_lock(&slots_lock);
  slots[number] = slot;
  pthread_mutex_unlock(&slots_lock);
}

static void say(const char *tag, int32_t status, const char *text) {
  flockfile(stdout);
  printf("%s 0x%08X %s\n", tag, (unsigned)status, text);
  fflush(stdout);
  funlockfile(stdout);
}

static u16 *wide(const char *text, u16 *out) {
  size_t i = 0;
  do out[i] = (unsigned char)text[i];
  while (text[i++] != 0);
  return out;
}

static void narrow(const u16 *text, char *out, size_t room) {
  size_t i = 0;
  for (; text != NULL && text[i] != 0 && i + 1 < room; i++) out[i] = (char)text[i];
  out[i] = 0;
}

/** Context: slot number, plus 100 to wait at the gate, plus 200 to unregister itself. */
static void notified(uint32_t type, void *context, int32_t status, const u16 *data) {
  int code = (int)(intptr_t)context;
  char text[256], tag[64];
  narrow(data, text, sizeof text);
  snprintf(tag, sizeof tag, "notified %d 0x%08X", code % 100, (unsigned)type);
  say(tag, status, text);
  if (code / 100 == 1) {
    while (sem_wait(&gate) != 0) {}
    say("left", 0, "");
  }
  if (code / 100 == 2) {
    IMPORT(int32_t, HcsUnregisterComputeSystemCallback, void *);
    say("self", HcsUnregisterComputeSystemCallback(slot_get(code % 100).registration), "");
  }
}

static int32_t run_layer(const char *count_text) {
  IMPORT(int32_t, PrepareLayer, const driver *, const u16 *, const descriptor *, size_t);
  size_t count = strtoul(count_text, NULL, 10);
  driver d = {1, empty};
  u16 id[8], path[8];
  wide("layer", id);
  wide("parent", path);
  descriptor *parents = calloc(count + 1, sizeof *parents);
  for (size_t i = 0; i < count; i++) {
    parents[i].path = path;
    parents[i].guid[0] = (uint8_t)i;
    parents[i].flags = (uint32_t)i;
  }
  int32_t status = PrepareLayer(&d, id, parents, count);
  free(parents);
  return status;
}

/** With room for `room` units; 0 asks for the length. */
static int32_t run_mount(size_t room, char *text, size_t text_room) {
  IMPORT(int32_t, GetLayerMountPath, const driver *, const u16 *, size_t *, u16 *);
  driver d = {1, empty};
  u16 id[8], buffer[256];
  wide("layer", id);
  size_t length = room;
  int32_t status = GetLayerMountPath(&d, id, &length, room == 0 ? NULL : buffer);
  size_t used = (size_t)snprintf(text, text_room, "%zu ", length);
  if (room > 0 && status >= 0) narrow(buffer, text + used, text_room - used);
  return status;
}

/** What the pipe ends are: `<pid> <end>:<close-on-exec> ...`, and what can be read from stdout. */
static int32_t run_info(void *process, char *text, size_t room) {
  IMPORT(int32_t, HcsGetProcessInfo, void *, procinfo *, u16 **);
  procinfo info;
  u16 *result = NULL;
  int32_t status = HcsGetProcessInfo(process, &info, &result);
  size_t used = (size_t)snprintf(text, room, "%u", info.pid);
  for (int i = 0; i < 3; i++) {
    int end = (int)(intptr_t)info.ends[i];
    if (end != 0) used += (size_t)snprintf(text + used, room - used, " %d:%d", i, fcntl(end, F_GETFD) & FD_CLOEXEC);
    char byte;
    if (i == 1 && end != 0 && read(end, &byte, 1) == 1) used += (size_t)snprintf(text + used, room - used, ":%c", byte);
    if (end != 0) close(end);
  }
  return status;
}

static void *many_body(void *argument) {
  IMPORT(int32_t, LayerExists, const driver *, const u16 *, uint32_t *);
  long calls = (long)(intptr_t)argument, wrong = 0;
  unsigned seed = (unsigned)(uintptr_t)pthread_self();
  driver d = {1, empty};
  for (long i = 0; i < calls; i++) {
    // The service answers with the number that the id spells.
    char text[16];
    u16 id[16];
    unsigned wanted = (unsigned)rand_r(&seed) % 100000;
    snprintf(text, sizeof text, "%u", wanted);
    uint32_t got = 0;
    if (LayerExists(&d, wide(text, id), &got) != 0 || got != wanted) wrong++;
  }
  return (void *)(intptr_t)wrong;
}

static long run_many(int threads, long calls) {
  pthread_t made[64];
  long wrong = 0;
  for (int i = 0; i < threads; i++) pthread_create(&made[i], NULL, many_body, (void *)(intptr_t)calls);
  for (int i = 0; i < threads; i++) {
    void *result;
    pthread_join(made[i], &result);
    wrong += (long)(intptr_t)result;
  }
  return wrong;
}

/** Calls with a null where none may be; how many did not answer 0x80070057. */
static int run_nulls(void) {
  IMPORT(int32_t, HcsEnumerateComputeSystems, const u16 *, u16 **, u16 **);
  IMPORT(int32_t, HcsCreateComputeSystem, const u16 *, const u16 *, void *, void **, u16 **);
  IMPORT(int32_t, HcsOpenComputeSystem, const u16 *, void **, u16 **);
  IMPORT(int32_t, HcsStartComputeSystem, void *, const u16 *, u16 **);
  IMPORT(int32_t, HcsCreateProcess, void *, const u16 *, procinfo *, void **, u16 **);
  IMPORT(int32_t, HcsGetProcessInfo, void *, procinfo *, u16 **);
  IMPORT(int32_t, HcsRegisterProcessCallback, void *, void *, void *, void **);
  IMPORT(int32_t, NameToGuid, const u16 *, uint8_t *);
  IMPORT(int32_t, ActivateLayer, const driver *, const u16 *);
  IMPORT(int32_t, PrepareLayer, const driver *, const u16 *, const descriptor *, size_t);
  IMPORT(int32_t, HNSCall, const u16 *, const u16 *, const u16 *, u16 **);
  u16 *out = NULL, *result = NULL;
  void *handle = (void *)1;
  procinfo info;
  driver d = {1, empty}, bad = {1, NULL};
  const int32_t answers[] = {
      HcsEnumerateComputeSystems(NULL, &out, &result),
      HcsEnumerateComputeSystems(empty, NULL, &result),
      HcsCreateComputeSystem(empty, NULL, NULL, &handle, &result),
      HcsCreateComputeSystem(empty, empty, NULL, NULL, &result),
      HcsOpenComputeSystem(NULL, &handle, &result),
      HcsStartComputeSystem((void *)1, NULL, &result),
      HcsCreateProcess((void *)1, empty, NULL, &handle, &result),
      HcsCreateProcess((void *)1, NULL, &info, &handle, &result),
      HcsGetProcessInfo((void *)1, NULL, &result),
      HcsRegisterProcessCallback((void *)1, NULL, NULL, &handle),
      NameToGuid(NULL, info.ends[0] = NULL),
      ActivateLayer(NULL, empty),
      ActivateLayer(&bad, empty),
      PrepareLayer(&d, empty, NULL, 1),
      HNSCall(empty, empty, empty, NULL),
  };
  int wrong = 0;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) wrong += answers[i] != (int32_t)0x80070057;
  return wrong;
}

static void *command_body(void *argument) {
  struct command *c = argument;
  int number = atoi(c->a), status = 0;
  struct slot slot = slot_get(number % SLOTS);
  char text[4096] = "";
  u16 buffer[128], *result = NULL, *out = NULL;
  IMPORT(void, CoTaskMemFree, void *);
  if (strcmp(c->name, "open") == 0) {
    IMPORT(int32_t, HcsOpenComputeSystem, const u16 *, void **, u16 **);
    status = HcsOpenComputeSystem(wide(c->b, buffer), &slot.handle, &result);
    slot_set(number, slot);
  } else if (strcmp(c->name, "close") == 0) {
    IMPORT(int32_t, HcsCloseComputeSystem, void *);
    status = HcsCloseComputeSystem(slot.handle);
  } else if (strcmp(c->name, "properties") == 0) {
    IMPORT(int32_t, HcsGetComputeSystemProperties, void *, const u16 *, u16 **, u16 **);
    status = HcsGetComputeSystemProperties(slot.handle, wide("{}", buffer), &out, &result);
  } else if (strcmp(c->name, "register") == 0) {
    IMPORT(int32_t, HcsRegisterComputeSystemCallback, void *, void *, void *, void **);
    status = HcsRegisterComputeSystemCallback(slot.handle, (void *)(uintptr_t)notified,
                                              (void *)(intptr_t)(number + atoi(c->b)), &slot.registration);
    slot_set(number, slot);
  } else if (strcmp(c->name, "unregister") == 0) {
    IMPORT(int32_t, HcsUnregisterComputeSystemCallback, void *);
    status = HcsUnregisterComputeSystemCallback(slot.registration);
  } else if (strcmp(c->name, "info") == 0) {
    status = run_info(slot.handle, text, sizeof text);
  } else if (strcmp(c->name, "layer") == 0) {
    status = run_layer(c->a);
  } else if (strcmp(c->name, "mount") == 0) {
    status = run_mount((size_t)number, text, sizeof text);
  } else if (strcmp(c->name, "many") == 0) {
    status = (int32_t)run_many(number, atol(c->b));
  } else if (strcmp(c->name, "nulls") == 0) {
    status = run_nulls();
  } else if (strcmp(c->name, "counts") == 0) {
    IMPORT(int32_t, HcsSimulatorCounts, uint64_t *, uint64_t *);
    uint64_t strings, live;
    status = HcsSimulatorCounts(&strings, &live);
    snprintf(text, sizeof text, "%llu %llu", (unsigned long long)strings, (unsigned long long)live);
  } else if (strcmp(c->name, "release") == 0) {
    sem_post(&gate);
  } else if (strcmp(c->name, "setenv") == 0) {
    setenv("HCS_SIMULATOR_ENDPOINT", c->a, 1);
  }
  if (out != NULL) narrow(out, text, sizeof text);
  if (result != NULL) narrow(result, text + strlen(text), sizeof text - strlen(text));
  if (out != NULL) CoTaskMemFree(out);
  if (result != NULL) CoTaskMemFree(result);
  say(c->tag, status, text);
  free(c);
  return NULL;
}

int main(int argc, char **argv) {
  // A broken connection must not need this.
  signal(SIGPIPE, SIG_DFL);
  library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (library == NULL) return 64;
  sem_init(&gate, 0, 0);
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct command *c = calloc(1, sizeof *c);
    pthread_t thread;
    if (sscanf(line, "%31s %31s %63s %63s", c->tag, c->name, c->a, c->b) < 2) return 65;
    if (pthread_create(&thread, NULL, command_body, c) != 0) return 66;
    pthread_detach(thread);
  }
  return 0;
}
