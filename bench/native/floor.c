/*
 * The floor of what goes through the vmcompute ABI: the same exports of the same library, called from C without anything between.
 *
 *   floor LIBRARY call COUNT                        NameToGuid, which the library answers itself; prints ns a call, one a line
 *   floor LIBRARY lives COUNT ID CONTAINER PROCESS  whole lives of a container with one process; prints us a life, one a line
 *
 * Ends with 1 and the step's name on stderr when a call or an outcome is not what it should be.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint16_t u16;
typedef struct {
  uint32_t pid, reserved;
  void *in, *out, *err;
} procinfo;
typedef uintptr_t (*callback)(uint32_t type, uintptr_t context, uintptr_t status, const u16 *data);

enum { PENDING = (int)0xC0370103, EXITED = 1, CREATED = 2, STARTED = 3, PROCESS_EXITED = 0x10000, KINDS = 0x10001 };

static void *library;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char told[KINDS];

static void failed(const char *step, int32_t status) {
  fprintf(stderr, "floor: %s: 0x%08X\n", step, (unsigned)status);
  exit(1);
}

static void *export(const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) failed(name, -1);
  return symbol;
}

static uintptr_t notified(uint32_t type, uintptr_t context, uintptr_t status, const u16 *data) {
  (void)context, (void)data;
  if ((int32_t)status < 0) failed("notification", (int32_t)status);
  pthread_mutex_lock(&lock);
  if (type < KINDS) told[type] = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return 0;
}

static void await_told(uint32_t type) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 60;
  pthread_mutex_lock(&lock);
  while (!told[type])
    if (pthread_cond_timedwait(&changed, &lock, &until) != 0) failed("wait", (int32_t)type);
  told[type] = 0;
  pthread_mutex_unlock(&lock);
}

static u16 *wide(const char *text) {
  size_t length = strlen(text);
  u16 *out = malloc((length + 1) * sizeof(u16));
  for (size_t i = 0; i <= length; i++) out[i] = (unsigned char)text[i];
  return out;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void check(const char *step, int32_t status) {
  if (status < 0 && status != PENDING) failed(step, status);
}

static void calls(int count) {
  int32_t (*name_to_guid)(const u16 *, uint8_t *) = export("NameToGuid");
  u16 *name = wide("a");
  for (int i = 0; i < count; i++) {
    uint8_t guid[16];
    int64_t began = now();
    int32_t status = name_to_guid(name, guid);
    int64_t took = now() - began;
    check("NameToGuid", status);
    printf("%lld\n", (long long)took);
  }
}

static void lives(int count, char **argv) {
  int32_t (*create)(const u16 *, const u16 *, void *, void **, u16 **) = export("HcsCreateComputeSystem");
  int32_t (*listen)(void *, callback, uintptr_t, void **) = export("HcsRegisterComputeSystemCallback");
  int32_t (*start)(void *, const u16 *, u16 **) = export("HcsStartComputeSystem");
  int32_t (*create_process)(void *, const u16 *, procinfo *, void **, u16 **) = export("HcsCreateProcess");
  int32_t (*listen_process)(void *, callback, uintptr_t, void **) = export("HcsRegisterProcessCallback");
  int32_t (*properties)(void *, u16 **, u16 **) = export("HcsGetProcessProperties");
  int32_t (*unlisten_process)(void *) = export("HcsUnregisterProcessCallback");
  int32_t (*close_process)(void *) = export("HcsCloseProcess");
  int32_t (*shutdown)(void *, const u16 *, u16 **) = export("HcsShutdownComputeSystem");
  int32_t (*unlisten)(void *) = export("HcsUnregisterComputeSystemCallback");
  int32_t (*close_system)(void *) = export("HcsCloseComputeSystem");
  void (*release)(void *) = export("CoTaskMemFree");
  u16 *document = wide(argv[1]), *program = wide(argv[2]), *empty = wide("");
  for (int i = 0; i < count; i++) {
    char id[256];
    snprintf(id, sizeof id, "%s-%d", argv[0], i);
    u16 *name = wide(id), *result = NULL, *text = NULL;
    void *system = NULL, *registration = NULL, *process = NULL, *process_registration = NULL;
    procinfo info;
    memset(told, 0, sizeof told);
    int64_t began = now();
    int32_t status = create(name, document, NULL, &system, &result);
    check("create", status);
    check("register", listen(system, notified, 1, &registration));
    if (status == PENDING) await_told(CREATED);
    status = start(system, empty, &result);
    check("start", status);
    if (status == PENDING) await_told(STARTED);
    check("create process", create_process(system, program, &info, &process, &result));
    check("register process", listen_process(process, notified, 2, &process_registration));
    await_told(PROCESS_EXITED);
    check("process properties", properties(process, &text, &result));
    release(text);
    status = shutdown(system, empty, &result);
    check("shutdown", status);
    await_told(EXITED);
    check("unregister process", unlisten_process(process_registration));
    check("close process", close_process(process));
    check("unregister", unlisten(registration));
    check("close", close_system(system));
    printf("%lld\n", (long long)((now() - began) / 1000));
    free(name);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "floor: %s\n", dlerror());
    return 1;
  }
  int count = atoi(argv[3]);
  if (strcmp(argv[2], "call") == 0) calls(count);
  else if (argc == 7) lives(count, argv + 4);
  else return 64;
  return 0;
}
