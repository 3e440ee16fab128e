/*
 * hcs-private.exe: who may use a pipe, file or folder of ours. Node.js has no words for Windows' access lists.
 *
 *   hcs-private PATH...          closes each to all but this user, administrators and the system
 *   hcs-private --check PATH     ends with 4 when others may do anything with it
 *   hcs-private --show PATH      prints its owner and access list in the security descriptor definition language
 *
 * What is closed already, by itself or by its parent, is left alone. A pipe of an elevated process is closed to the same user without elevation,
 * too: who can talk to the engine has its rights. Status 0; 3: it belongs to another user; 1: anything else, in one line on stderr.
 */
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

enum { FAILED = 1, FOREIGN = 3, OPEN = 4 };
enum { TEXT = 512 };

static const WCHAR *path;
static bool is_pipe;

static void fail(const char *what, DWORD error) {
  fprintf(stderr, "hcs-private: %s: Windows error %lu\n", what, error);
  ExitProcess(FAILED);
}

static union {
  TOKEN_USER user;
  char room[256];
} own;
/** Elevated by User Account Control: the same user exists without these rights, too. */
static bool elevated;

static void look_at_ourselves(void) {
  HANDLE token;
  DWORD length;
  TOKEN_ELEVATION_TYPE type = TokenElevationTypeDefault;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) ||
      !GetTokenInformation(token, TokenUser, &own, sizeof own, &length))
    fail("cannot tell who runs this", GetLastError());
  elevated = GetTokenInformation(token, TokenElevationType, &type, sizeof type, &length) && type == TokenElevationTypeFull;
  CloseHandle(token);
}

static bool is_known(PSID sid, WELL_KNOWN_SID_TYPE type) { return IsWellKnownSid(sid, type); }

/** Whether someone with this SID may have what is ours. */
static bool is_trusted(PSID sid) {
  return is_known(sid, WinLocalSystemSid) || is_known(sid, WinBuiltinAdministratorsSid) ||
         (EqualSid(sid, own.user.User.Sid) && !(is_pipe && elevated));
}

/** The end of a pipe that a client opens, or the file or folder. */
static HANDLE open_it(DWORD access) {
  DWORD flags = is_pipe ? SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION : FILE_FLAG_BACKUP_SEMANTICS;
  for (int attempt = 0;; attempt++) {
    HANDLE handle = CreateFileW(path, access, is_pipe ? 0 : FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, flags, NULL);
    if (handle != INVALID_HANDLE_VALUE) return handle;
    if (GetLastError() != ERROR_PIPE_BUSY || attempt == 10) fail("cannot open it", GetLastError());
    WaitNamedPipeW(path, 500);
  }
}

static PSECURITY_DESCRIPTOR described(HANDLE handle, PSID *owner, PACL *list) {
  PSECURITY_DESCRIPTOR made;
  DWORD error = GetSecurityInfo(handle, is_pipe ? SE_KERNEL_OBJECT : SE_FILE_OBJECT,
                                OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, owner, NULL, list, NULL, &made);
  if (error != ERROR_SUCCESS) fail("cannot read its access list", error);
  return made;
}

/** Nobody but those trusted is granted anything. No list at all means everybody; an empty one nobody. */
static bool is_private(PACL list) {
  if (list == NULL) return false;
  for (DWORD i = 0; i < list->AceCount; i++) {
    ACE_HEADER *entry;
    if (!GetAce(list, i, (void **)&entry)) return false;
    if (entry->AceType == ACCESS_DENIED_ACE_TYPE) continue;
    if (entry->AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
    ACCESS_ALLOWED_ACE *allowed = (ACCESS_ALLOWED_ACE *)entry;
    PSID sid = (PSID)&allowed->SidStart;
    // It stands for whoever makes something in the folder, which are those that may.
    if (allowed->Mask == 0 || is_known(sid, WinCreatorOwnerSid)) continue;
    if (!is_trusted(sid)) return false;
  }
  return true;
}

static void close_it(HANDLE handle) {
  WCHAR *sid, text[TEXT];
  // To what lies in a folder, and is made there later, it is handed on.
  const WCHAR *on = is_pipe ? L"" : L"OICI";
  if (!ConvertSidToStringSidW(own.user.User.Sid, &sid)) fail("cannot tell who runs this", GetLastError());
  int length = _snwprintf(text, TEXT, L"D:P(A;%ls;GA;;;SY)(A;%ls;GA;;;BA)", on, on);
  if (!(is_pipe && elevated)) _snwprintf(text + length, TEXT - (size_t)length, L"(A;%ls;GA;;;%ls)", on, sid);
  LocalFree(sid);
  PSECURITY_DESCRIPTOR wanted;
  PACL list;
  BOOL present, defaulted;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &wanted, NULL) ||
      !GetSecurityDescriptorDacl(wanted, &present, &list, &defaulted))
    fail("cannot make an access list", GetLastError());
  DWORD what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
  // By its path what lies in the folder gets the new list, too.
  DWORD error = is_pipe ? SetSecurityInfo(handle, SE_KERNEL_OBJECT, what, NULL, NULL, list, NULL)
                        : SetNamedSecurityInfoW((WCHAR *)path, SE_FILE_OBJECT, what, NULL, NULL, list, NULL);
  if (error != ERROR_SUCCESS) fail("cannot set its access list", error);
  LocalFree(wanted);
}

static void show(PSECURITY_DESCRIPTOR descriptor) {
  WCHAR *text;
  if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1,
                                                            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &text, NULL))
    fail("cannot write its access list down", GetLastError());
  printf("%ls\n", text);
}

int main(void) {
  int count;
  WCHAR **words = CommandLineToArgvW(GetCommandLineW(), &count);
  bool check = count == 3 && wcscmp(words[1], L"--check") == 0, shown = count == 3 && wcscmp(words[1], L"--show") == 0;
  if (count < 2 || (!check && !shown && wcsncmp(words[1], L"--", 2) == 0)) {
    fprintf(stderr, "usage: hcs-private [--check | --show] PATH\n");
    return 64;
  }
  look_at_ourselves();
  for (int i = check || shown ? 2 : 1; i < count; i++) {
    path = words[i];
    is_pipe = _wcsnicmp(path, L"\\\\.\\pipe\\", 9) == 0;
    HANDLE handle = open_it(READ_CONTROL | (check || shown ? 0 : WRITE_DAC));
    PSID owner = NULL;
    PACL list = NULL;
    PSECURITY_DESCRIPTOR found = described(handle, &owner, &list);
    if (shown) show(found);
    else if (!is_pipe && !is_known(owner, WinLocalSystemSid) && !is_known(owner, WinBuiltinAdministratorsSid) &&
             !EqualSid(owner, own.user.User.Sid))
      return FOREIGN;
    else if (!is_private(list)) {
      if (check) return OPEN;
      close_it(handle);
    }
    LocalFree(found);
    CloseHandle(handle);
  }
  return 0;
}
