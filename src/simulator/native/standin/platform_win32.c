/* The platform of the stand-in on Windows: Win32 locks and threads, named pipes opened for overlapped use. */
#ifdef _WIN32

#include "platform.h"

#include <objbase.h>
#include <string.h>

enum { CONNECT_MS = 30000, FETCH_MS = 10000 };

void lock_init(platform_lock *lock) { InitializeSRWLock(lock); }
void lock_take(platform_lock *lock) { AcquireSRWLockExclusive(lock); }
void lock_release(platform_lock *lock) { ReleaseSRWLockExclusive(lock); }
void signal_init(platform_signal *signal) { InitializeConditionVariable(signal); }
void signal_wait(platform_signal *signal, platform_lock *lock) {
  SleepConditionVariableSRW(signal, lock, INFINITE, 0);
}
void signal_all(platform_signal *signal) { WakeAllConditionVariable(signal); }

struct start {
  void (*body)(void *);
  void *argument;
};

static DWORD WINAPI thread_entry(void *argument) {
  struct start start = *(struct start *)argument;
  HeapFree(GetProcessHeap(), 0, argument);
  start.body(start.argument);
  return 0;
}

bool thread_start(void (*body)(void *), void *argument) {
  struct start *start = HeapAlloc(GetProcessHeap(), 0, sizeof *start);
  if (start == NULL) return false;
  *start = (struct start){body, argument};
  HANDLE thread = CreateThread(NULL, 0, thread_entry, start, 0, NULL);
  if (thread == NULL) {
    HeapFree(GetProcessHeap(), 0, start);
    return false;
  }
  CloseHandle(thread);
  return true;
}

uint32_t thread_number(void) { return GetCurrentThreadId(); }
uint32_t process_number(void) { return GetCurrentProcessId(); }

/** Opens a named pipe's client end, not inherited, waiting up to `timeout_ms` while all its instances are taken. */
static HANDLE pipe_open(const WCHAR *name, DWORD access, DWORD timeout_ms) {
  ULONGLONG deadline = GetTickCount64() + timeout_ms;
  for (;;) {
    HANDLE pipe = CreateFileW(name, access, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    if (pipe != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY) return pipe;
    ULONGLONG now = GetTickCount64();
    if (now >= deadline || !WaitNamedPipeW(name, (DWORD)(deadline - now))) return INVALID_HANDLE_VALUE;
  }
}

bool transport_open(platform_transport *transport) {
  WCHAR name[512];
  DWORD length = GetEnvironmentVariableW(L"HCS_SIMULATOR_ENDPOINT", name, sizeof name / sizeof *name);
  if (length == 0 || length >= sizeof name / sizeof *name) return false;
  transport->pipe = pipe_open(name, GENERIC_READ | GENERIC_WRITE, CONNECT_MS);
  if (transport->pipe == INVALID_HANDLE_VALUE) return false;
  transport->read_event = CreateEventW(NULL, TRUE, FALSE, NULL);
  transport->write_event = CreateEventW(NULL, TRUE, FALSE, NULL);
  transport->abort_event = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (transport->read_event != NULL && transport->write_event != NULL && transport->abort_event != NULL) return true;
  transport_close(transport);
  return false;
}

/** Waits for a started operation; cancels it on abort or when time is up. 0 bytes when it failed. */
static DWORD operation_finish(platform_transport *transport, OVERLAPPED *operation, BOOL started, DWORD timeout_ms) {
  DWORD moved = 0;
  if (!started && GetLastError() != ERROR_IO_PENDING) return 0;
  if (!started) {
    HANDLE either[2] = {operation->hEvent, transport->abort_event};
    if (WaitForMultipleObjects(2, either, FALSE, timeout_ms) != WAIT_OBJECT_0) CancelIoEx(transport->pipe, operation);
  }
  // The operation's memory is on the caller's stack: it has to be over before we return.
  return GetOverlappedResult(transport->pipe, operation, &moved, TRUE) ? moved : 0;
}

bool transport_write(platform_transport *transport, const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    if (WaitForSingleObject(transport->abort_event, 0) == WAIT_OBJECT_0) return false;
    OVERLAPPED operation = {.hEvent = transport->write_event};
    DWORD part = length > (1u << 20) ? 1u << 20 : (DWORD)length;
    BOOL started = WriteFile(transport->pipe, at, part, NULL, &operation);
    DWORD moved = operation_finish(transport, &operation, started, INFINITE);
    if (moved == 0) return false;
    at += moved;
    length -= moved;
  }
  return true;
}

size_t transport_read(platform_transport *transport, void *bytes, size_t room, int timeout_ms) {
  if (WaitForSingleObject(transport->abort_event, 0) == WAIT_OBJECT_0) return 0;
  OVERLAPPED operation = {.hEvent = transport->read_event};
  DWORD part = room > (1u << 20) ? 1u << 20 : (DWORD)room;
  BOOL started = ReadFile(transport->pipe, bytes, part, NULL, &operation);
  return operation_finish(transport, &operation, started, timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
}

void transport_abort(platform_transport *transport) { SetEvent(transport->abort_event); }

void transport_close(platform_transport *transport) {
  CloseHandle(transport->pipe);
  if (transport->read_event != NULL) CloseHandle(transport->read_event);
  if (transport->write_event != NULL) CloseHandle(transport->write_event);
  if (transport->abort_event != NULL) CloseHandle(transport->abort_event);
}

static void pipe_ends_close(hcs_process_information *information) {
  void **places[3] = {&information->std_input, &information->std_output, &information->std_error};
  for (unsigned i = 0; i < 3; i++) {
    if (*places[i] != NULL) CloseHandle(*places[i]);
    *places[i] = NULL;
  }
}

bool pipe_ends_fetch(const wide *endpoint, size_t units, uint32_t mask, const uint8_t ticket[16],
                     hcs_process_information *information) {
  // The pipes' names are the ticket here (docs/simulator-wire.md 1).
  (void)ticket;
  WCHAR name[512];
  if (units + 3 > sizeof name / sizeof *name) return false;
  memcpy(name, endpoint, units * sizeof(wide));
  void **places[3] = {&information->std_input, &information->std_output, &information->std_error};
  for (unsigned bit = 0; bit < 3; bit++) {
    if ((mask >> bit & 1) == 0) continue;
    name[units] = L'-';
    name[units + 1] = (WCHAR)(L'0' + bit);
    name[units + 2] = 0;
    HANDLE end = pipe_open(name, bit == 0 ? GENERIC_WRITE : GENERIC_READ, FETCH_MS);
    if (end == INVALID_HANDLE_VALUE) {
      pipe_ends_close(information);
      return false;
    }
    *places[bit] = end;
  }
  return true;
}

void *task_memory_allocate(size_t size) { return CoTaskMemAlloc(size); }

void library_pin(void) {
  HMODULE self;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)&library_pin,
                     &self);
}

#endif
