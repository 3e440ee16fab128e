/*
 * An HCS client in C that knows nothing of this project but the ABI (hcs-facts 1): it runs one process in one compute system in the
 * order in which hcsshim makes its calls, and prints what it saw as `name=value` lines.
 *
 *   client <libvmcompute.so or vmcompute.dll> <id> <container document> <process document, or - for none> [text for stdin]
 *
 * Ends with 0 when every step went as it should, else 1 with the step's name on stderr.
 */
#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef uint16_t u16;
typedef struct {
  uint32_t pid, reserved;
  void *in, *out, *err;
} procinfo;
typedef uintptr_t (*callback)(uint32_t type, uintptr_t context, uintptr_t status, const u16 *data);

enum { PENDING = (int)0xC0370103, EXITED = 1, CREATED = 2, STARTED = 3, PROCESS_EXITED = 0x10000, WAIT_SECONDS = 60 };

static int32_t (*create_system)(const u16 *, const u16 *, void *, void **, u16 **);
static int32_t (*register_system)(void *, callback, uintptr_t, void **);
static int32_t (*start_system)(void *, const u16 *, u16 **);
static int32_t (*create_process)(void *, const u16 *, procinfo *, void **, u16 **);
static int32_t (*register_process)(void *, callback, uintptr_t, void **);
static int32_t (*process_properties)(void *, u16 **, u16 **);
static int32_t (*process_info)(void *, procinfo *, u16 **);
static int32_t (*unregister_process)(void *);
static int32_t (*close_process)(void *);
static int32_t (*modify_process)(void *, const u16 *, u16 **);
static int32_t (*shutdown_system)(void *, const u16 *, u16 **);
static int32_t (*unregister_system)(void *);
static int32_t (*close_system)(void *);
static int32_t (*system_properties)(void *, const u16 *, u16 **, u16 **);
static int32_t (*name_to_guid)(const u16 *, uint8_t *);
static int32_t (*counts)(uint64_t *, uint64_t *);
static void (*task_free)(void *);

/** The latest notification of each kind, by registration (context 1 system, 2 process). */
static struct {
  uint32_t type;
  int32_t status;
} seen[3][32];
static unsigned seen_count[3];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t notifier;

static uintptr_t notified(uint32_t type, uintptr_t context, uintptr_t status, const u16 *data) {
  (void)data;
  pthread_mutex_lock(&lock);
  notifier = pthread_self();
  if (context < 3 && seen_count[context] < 32) {
    seen[context][seen_count[context]].type = type;
    seen[context][seen_count[context]++].status = (int32_t)status;
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return 0;
}

static void failed(const char *step, int32_t status) {
  fprintf(stderr, "%s: 0x%08X\n", step, (unsigned)status);
  exit(1);
}

static int32_t wait_notification(unsigned context, uint32_t type, const char *step) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += WAIT_SECONDS;
  pthread_mutex_lock(&lock);
  for (;;) {
    for (unsigned i = 0; i < seen_count[context]; i++) {
      if (seen[context][i].type != type) continue;
      int32_t status = seen[context][i].status;
      pthread_mutex_unlock(&lock);
      return status;
    }
    if (pthread_cond_timedwait(&changed, &lock, &until) != 0) failed(step, -1);
  }
}

/** ASCII to UTF-16; kept, and reachable for a leak checker, until the program ends. */
static u16 *wide(const char *text) {
  static u16 *volatile kept[64];
  static unsigned used;
  size_t length = strlen(text);
  u16 *out = kept[used++ % 64] = malloc((length + 1) * sizeof(u16));
  for (size_t i = 0; i <= length; i++) out[i] = (unsigned char)text[i];
  return out;
}

static void print_wide(const char *name, u16 *text) {
  printf("%s=", name);
  for (u16 *c = text; c != NULL && *c != 0; c++) putchar(*c < 128 ? (char)*c : '?');
  putchar('\n');
  if (text != NULL) task_free(text);
}

/** Pending is waited for, anything else negative ends the program; the result document is always freed. */
static void check(const char *step, int32_t status, u16 *result) {
  if (result != NULL) print_wide(step, result);
  if (status < 0 && status != PENDING) failed(step, status);
}

static void finish(const char *step, int32_t status, u16 *result, uint32_t type) {
  check(step, status, result);
  if (status != PENDING) return;
  int32_t outcome = wait_notification(1, type, step);
  if (outcome < 0) failed(step, outcome);
}

#ifdef _WIN32
static void *library_open(const char *path) { return (void *)LoadLibraryA(path); }
/** Out-strings are the system's own task memory here. */
static void *library_symbol(void *library, const char *name) {
  FARPROC symbol = GetProcAddress((HMODULE)library, name);
  if (symbol == NULL) symbol = GetProcAddress(LoadLibraryA("ole32.dll"), name);
  return (void *)(uintptr_t)symbol;
}
static long end_read(void *end, char *bytes, size_t room) {
  DWORD got = 0;
  return ReadFile(end, bytes, (DWORD)room, &got, NULL) ? (long)got : -1;
}
static long end_write(void *end, const char *bytes, size_t length) {
  DWORD put = 0;
  return WriteFile(end, bytes, (DWORD)length, &put, NULL) ? (long)put : -1;
}
static void end_close(void *end) { CloseHandle(end); }
#else
static void *library_open(const char *path) { return dlopen(path, RTLD_NOW); }
static void *library_symbol(void *library, const char *name) { return dlsym(library, name); }
static long end_read(void *end, char *bytes, size_t room) { return read((int)(intptr_t)end, bytes, room); }
static long end_write(void *end, const char *bytes, size_t length) { return write((int)(intptr_t)end, bytes, length); }
static void end_close(void *end) { close((int)(intptr_t)end); }
#endif

static void load(const char *library) {
  void *dll = library_open(library);
  if (dll == NULL) {
    fprintf(stderr, "%s cannot be loaded\n", library);
    exit(1);
  }
  const struct {
    const char *name;
    void *place;
  } symbols[] = {
      {"HcsCreateComputeSystem", &create_system},
      {"HcsRegisterComputeSystemCallback", &register_system},
      {"HcsStartComputeSystem", &start_system},
      {"HcsCreateProcess", &create_process},
      {"HcsRegisterProcessCallback", &register_process},
      {"HcsGetProcessProperties", &process_properties},
      {"HcsGetProcessInfo", &process_info},
      {"HcsUnregisterProcessCallback", &unregister_process},
      {"HcsCloseProcess", &close_process},
      {"HcsModifyProcess", &modify_process},
      {"HcsShutdownComputeSystem", &shutdown_system},
      {"HcsUnregisterComputeSystemCallback", &unregister_system},
      {"HcsCloseComputeSystem", &close_system},
      {"HcsGetComputeSystemProperties", &system_properties},
      {"NameToGuid", &name_to_guid},
      {"HcsSimulatorCounts", &counts},
      {"CoTaskMemFree", &task_free},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *symbol = library_symbol(dll, symbols[i].name);
    if (symbol == NULL) {
      fprintf(stderr, "%s is not exported\n", symbols[i].name);
      exit(1);
    }
    memcpy(symbols[i].place, &symbol, sizeof symbol);
  }
}

static void print_stream(const char *name, void *end) {
  if (end == NULL) return;
  printf("%s=", name);
  char bytes[4096];
  long got;
  while ((got = end_read(end, bytes, sizeof bytes)) > 0)
    for (long i = 0; i < got; i++) {
      if (bytes[i] == '\n') printf("\\n");
      else if (bytes[i] == '\r') printf("\\r");
      else putchar(bytes[i]);
    }
  putchar('\n');
  end_close(end);
}

static void feed(void *process, void *end, const char *text) {
  if (end == NULL) return;
  if (text != NULL && end_write(end, text, strlen(text)) < 0) failed("write stdin", -1);
  u16 *result = NULL;
  int32_t status =
      modify_process(process, wide("{\"Operation\":\"CloseHandle\",\"CloseHandle\":{\"Handle\":\"StdIn\"}}"), &result);
  // A process that has ended has no stdin to close (hcs-facts 4.5): no failure.
  if (status != (int32_t)0x8037011F) check("close stdin", status, result);
  else if (result != NULL) task_free(result);
  end_close(end);
}

/** Runs the process, reads what it writes, waits for its end and lets go of it. */
static void run_process(void *system, const char *document, const char *input) {
  void *process = NULL, *registration = NULL;
  u16 *text = NULL, *result = NULL;
  procinfo info;
  memset(&info, 0xAA, sizeof info);
  int32_t status = create_process(system, wide(document), &info, &process, &result);
  check("create process", status, result);
  check("register process", register_process(process, notified, 2, &registration), NULL);
  printf("pid=%s\n", info.pid > 0 ? "positive" : "none");
  feed(process, info.in, input);
  print_stream("stdout", info.out);
  print_stream("stderr", info.err);
  printf("exited=0x%08X\n", (unsigned)wait_notification(2, PROCESS_EXITED, "wait process"));
  result = NULL;
  status = process_properties(process, &text, &result);
  check("process properties", status, result);
  print_wide("process", text);
  check("unregister process", unregister_process(registration), NULL);
  check("close process", close_process(process), NULL);
  if (close_process(process) >= 0) failed("close process twice", 0);
}

int main(int argc, char **argv) {
  if (argc < 5) return 64;
  load(argv[1]);
  u16 *result = NULL, *text = NULL;
  void *system = NULL, *system_registration = NULL;

  if (create_system(NULL, wide("{}"), NULL, &system, &result) != (int32_t)0x80070057) failed("null id", 0);
  uint8_t guid[16];
  check("name to guid", name_to_guid(wide("a"), guid), NULL);
  printf("guid=");
  for (int i = 0; i < 16; i++) printf("%02x", guid[i]);
  putchar('\n');

  int32_t status = create_system(wide(argv[2]), wide(argv[3]), NULL, &system, &result);
  check("create", status, result);
  int32_t registered = register_system(system, notified, 1, &system_registration);
  check("register system", registered, NULL);
  finish("create", status, NULL, CREATED);
  result = NULL;
  status = start_system(system, wide(""), &result);
  finish("start", status, result, STARTED);

  if (strcmp(argv[4], "-") != 0) run_process(system, argv[4], argc > 5 ? argv[5] : NULL);

  result = text = NULL;
  status = system_properties(system, wide("{}"), &text, &result);
  check("system properties", status, result);
  print_wide("system", text);
  result = NULL;
  status = shutdown_system(system, wide(""), &result);
  check("shutdown", status, result);
  printf("ended=0x%08X\n", (unsigned)wait_notification(1, EXITED, "wait system"));
  printf("own thread=%d\n", !pthread_equal(notifier, pthread_self()));
  check("unregister system", unregister_system(system_registration), NULL);
  check("close system", close_system(system), NULL);

  uint64_t strings, handles;
  counts(&strings, &handles);
  printf("strings=%llu\nhandles=%llu\n", (unsigned long long)strings, (unsigned long long)handles);
  return 0;
}
