/* The job object: everything that runs in the container, its figures, its end. */
#include "silo.h"

#include <psapi.h>
#include <winternl.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef NTSTATUS(NTAPI *process_call)(HANDLE);

static HANDLE job;

bool job_open(HANDLE port, ULONG_PTR key) {
  job = CreateJobObjectW(NULL, NULL);
  if (job == NULL) return false;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT told = {(PVOID)key, port};
  return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits) &&
         SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &told, sizeof told);
}

bool job_add(HANDLE process) { return AssignProcessToJobObject(job, process); }

void job_kill(void) { TerminateJobObject(job, ABORTED); }

/** Process ids in the job, to be freed; at least an empty list. */
static JOBOBJECT_BASIC_PROCESS_ID_LIST *job_pids(void) {
  for (DWORD room = 256;; room *= 4) {
    size_t size = sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST) + room * sizeof(ULONG_PTR);
    JOBOBJECT_BASIC_PROCESS_ID_LIST *list = calloc(1, size);
    if (list == NULL) silo_end();
    BOOL good = QueryInformationJobObject(job, JobObjectBasicProcessIdList, list, (DWORD)size, NULL);
    if (good && list->NumberOfProcessIdsInList >= list->NumberOfAssignedProcesses) return list;
    if (!good && GetLastError() != ERROR_MORE_DATA) {
      list->NumberOfProcessIdsInList = 0;
      return list;
    }
    free(list);
  }
}

bool job_is_empty(void) {
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION figures = {0};
  QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &figures, sizeof figures, NULL);
  return figures.ActiveProcesses == 0;
}

bool console_event(DWORD pid, DWORD event) {
  if (!AttachConsole(pid)) return false;
  bool good = GenerateConsoleCtrlEvent(event, 0);
  FreeConsole();
  return good;
}

static HANDLE member_open(DWORD pid, DWORD access) {
  // Not the limited right: to Wine that is not enough to look into a job.
  HANDLE process = OpenProcess(access | PROCESS_QUERY_INFORMATION, FALSE, pid);
  BOOL ours = FALSE;
  if (process == NULL || (IsProcessInJob(process, job, &ours) && ours)) return process;
  CloseHandle(process);
  return NULL;
}

void job_kill_one(DWORD pid, uint32_t number) {
  // As node numbers signals: INT 2; HUP 1, TERM 15 and BREAK 21 are the console's other events.
  enum { HUP = 1, INT = 2, TERM = 15, BREAK = 21 };
  HANDLE process = member_open(pid, PROCESS_TERMINATE);
  if (process == NULL) return;
  bool event = number == INT || number == HUP || number == TERM || number == BREAK;
  if (number != 0 && !(event && console_event(pid, number == INT ? CTRL_C_EVENT : CTRL_BREAK_EVENT)))
    TerminateProcess(process, event ? (UINT)STATUS_CONTROL_C_EXIT : ABORTED);
  CloseHandle(process);
}

void job_suspend(bool on) {
  HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  process_call call = (process_call)(uintptr_t)GetProcAddress(ntdll, on ? "NtSuspendProcess" : "NtResumeProcess");
  JOBOBJECT_BASIC_PROCESS_ID_LIST *list = job_pids();
  for (DWORD i = 0; call != NULL && i < list->NumberOfProcessIdsInList; i++) {
    HANDLE process = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, (DWORD)list->ProcessIdList[i]);
    if (process == NULL) continue;
    call(process);
    CloseHandle(process);
  }
  free(list);
}

static uint64_t number_of(FILETIME time) { return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime; }

/** Appends one process to an answer; its length, 0 when it has gone or is the system's own (a console's host). */
static size_t process_put(DWORD pid, char *to, uint64_t times[2]) {
  enum { TEXT = 260 };
  // 1970 in the time of Windows, which counts from 1601.
  static const uint64_t EPOCH = 116444736000000000u;
  HANDLE process = member_open(pid, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ);
  if (process == NULL) return 0;
  WCHAR path[TEXT] = L"";
  DWORD units = TEXT;
  QueryFullProcessImageNameW(process, 0, path, &units);
  const WCHAR *slash = wcsrchr(path, L'\\'), *name = slash == NULL ? path : slash + 1;
  FILETIME created = {0}, ended, kernel = {0}, user = {0};
  PROCESS_MEMORY_COUNTERS memory = {0};
  IO_COUNTERS moved = {0};
  PROCESS_BASIC_INFORMATION basic = {0};
  bool good = GetProcessTimes(process, &created, &ended, &kernel, &user);
  GetProcessMemoryInfo(process, &memory, sizeof memory);
  GetProcessIoCounters(process, &moved);
  NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL);
  DWORD code = 0;
  good = good && GetExitCodeProcess(process, &code) && code == STILL_ACTIVE && _wcsicmp(name, L"conhost.exe") != 0;
  CloseHandle(process);
  times[0] += number_of(user);
  times[1] += number_of(kernel);
  if (!good) return 0;
  uint32_t ids[2] = {pid, (uint32_t)basic.InheritedFromUniqueProcessId};
  uint64_t numbers[8] = {number_of(user),
                         number_of(kernel),
                         memory.WorkingSetSize,
                         0,
                         memory.PagefileUsage,
                         number_of(created) - EPOCH,
                         moved.ReadTransferCount,
                         moved.WriteTransferCount};
  memcpy(to, ids, sizeof ids);
  memcpy(to + sizeof ids, numbers, sizeof numbers);
  size_t at = sizeof ids + sizeof numbers;
  int length = WideCharToMultiByte(CP_UTF8, 0, name, -1, to + at, TEXT * 3, NULL, NULL);
  if (length == 0) to[at] = 0;
  return at + (length == 0 ? 1 : (size_t)length);
}

void job_list(uint32_t sequence) {
  enum { LARGEST = 1024 };
  JOBOBJECT_BASIC_PROCESS_ID_LIST *list = job_pids();
  char *answer = malloc(8 + (size_t)list->NumberOfProcessIdsInList * LARGEST + 16);
  if (answer == NULL) silo_end();
  size_t filled = 8;
  uint32_t listed = 0;
  uint64_t living[2] = {0, 0}, ended[2];
  for (DWORD i = 0; i < list->NumberOfProcessIdsInList; i++) {
    size_t length = process_put((DWORD)list->ProcessIdList[i], answer + filled, living);
    filled += length;
    listed += length > 0;
  }
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION all = {0};
  QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &all, sizeof all, NULL);
  uint64_t total[2] = {(uint64_t)all.TotalUserTime.QuadPart, (uint64_t)all.TotalKernelTime.QuadPart};
  for (int i = 0; i < 2; i++) ended[i] = total[i] > living[i] ? total[i] - living[i] : 0;
  memcpy(answer, &sequence, 4);
  memcpy(answer + 4, &listed, 4);
  memcpy(answer + filled, ended, sizeof ended);
  control_send(CONTROL_LISTED, answer, filled + sizeof ended);
  free(answer);
  free(list);
}
