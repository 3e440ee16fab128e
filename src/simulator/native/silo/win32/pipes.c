/* Pipes that only this user can open. */
#include "silo.h"

#include <sddl.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum { QUOTA = 64 << 10 };

/** The user of this process as `S-1-5-...`; to be freed with LocalFree. Null when the system does not tell. */
static WCHAR *own_sid(void) {
  HANDLE token;
  WCHAR *text = NULL;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return NULL;
  union {
    TOKEN_USER user;
    char room[256];
  } answer;
  DWORD length;
  if (GetTokenInformation(token, TokenUser, &answer, sizeof answer, &length)) ConvertSidToStringSidW(answer.user.User.Sid, &text);
  CloseHandle(token);
  return text;
}

SECURITY_ATTRIBUTES *private_attributes(void) {
  static SECURITY_ATTRIBUTES attributes;
  if (attributes.nLength != 0) return &attributes;
  WCHAR *sid = own_sid(), descriptor[400];
  if (sid == NULL) silo_end();
  _snwprintf(descriptor, 400, L"D:P(A;;GA;;;%ls)(A;;GA;;;SY)(A;;GA;;;BA)", sid);
  LocalFree(sid);
  PSECURITY_DESCRIPTOR made;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(descriptor, SDDL_REVISION_1, &made, NULL)) silo_end();
  attributes = (SECURITY_ATTRIBUTES){.nLength = sizeof attributes, .lpSecurityDescriptor = made};
  return &attributes;
}

bool pipe_make(bool program_reads, bool inherited, HANDLE *ours, HANDLE *theirs) {
  static unsigned number;
  WCHAR name[320];
  _snwprintf(name, 320, L"%ls-%lu-%u", endpoint, GetCurrentProcessId(), ++number);
  DWORD access = program_reads ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND;
  *ours = CreateNamedPipeW(name, access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                           PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, QUOTA, QUOTA, 0, private_attributes());
  if (*ours == INVALID_HANDLE_VALUE) return false;
  SECURITY_ATTRIBUTES passed = {.nLength = sizeof passed, .bInheritHandle = inherited};
  *theirs = CreateFileW(name, program_reads ? GENERIC_READ : GENERIC_WRITE, 0, &passed, OPEN_EXISTING, 0, NULL);
  if (*theirs != INVALID_HANDLE_VALUE && port_add(*ours)) return true;
  DWORD failure = GetLastError();
  if (*theirs != INVALID_HANDLE_VALUE) CloseHandle(*theirs);
  CloseHandle(*ours);
  SetLastError(failure);
  return false;
}
