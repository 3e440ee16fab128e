/*
 * hcs.exe: runs `node -- hcs.cjs` in place of a script shim, which would swallow `--` and read `%` and `^`.
 *
 * What stands behind its own name on the command line is handed on byte for byte. It waits, ends with the program's exit code, and
 * leaves Ctrl+C and Ctrl+Break to it. When it is killed, node is, but not what node started: the engine lives on.
 *
 * node.exe is looked for beside it, then where PATH says (never in the current folder); HCS_NODE names another one.
 */
#include <windows.h>

#include <stdbool.h>
#include <wchar.h>

enum { LONGEST = 32768, UNAVAILABLE = 5 };

static WCHAR folder[LONGEST];
static WCHAR node[LONGEST];
static WCHAR script[LONGEST];
static WCHAR search[LONGEST];
static WCHAR line[LONGEST];

/** Where hcs.cjs lies, seen from this program: beside it, in a package's dist/native/win32-x64, in a folder of npm's programs. */
static const WCHAR *const places[] = {
    L"hcs.cjs",
    L"bin\\hcs.cjs",
    L"..\\..\\bin\\hcs.cjs",
    L"dist\\bin\\hcs.cjs",
    L"node_modules\\hostcompute\\dist\\bin\\hcs.cjs",
};

static void fail(const char *sentence) {
  static const char name[] = "hcs: ";
  HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
  DWORD written;
  WriteFile(error, name, sizeof name - 1, &written, NULL);
  WriteFile(error, sentence, (DWORD)lstrlenA(sentence), &written, NULL);
  WriteFile(error, "\r\n", 2, &written, NULL);
  ExitProcess(UNAVAILABLE);
}

static bool is_file(const WCHAR *path) {
  DWORD attributes = GetFileAttributesW(path);
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

static bool append(WCHAR *to, const WCHAR *text) {
  if (wcslen(to) + wcslen(text) >= LONGEST) return false;
  wcscat(to, text);
  return true;
}

static bool beside(WCHAR *to, const WCHAR *name) {
  to[0] = 0;
  return append(to, folder) && append(to, name) && is_file(to);
}

static bool find_script(void) {
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (beside(script, places[i])) return true;
  return false;
}

static bool find_node(void) {
  DWORD length = GetEnvironmentVariableW(L"HCS_NODE", node, LONGEST);
  if (length > 0 && length < LONGEST) return is_file(node);
  if (beside(node, L"node.exe")) return true;
  length = GetEnvironmentVariableW(L"PATH", search, LONGEST);
  if (length == 0 || length >= LONGEST) return false;
  length = SearchPathW(search, L"node.exe", NULL, LONGEST, node, NULL);
  return length > 0 && length < LONGEST;
}

/** What stands behind the program's own name, by the rule that Windows has for that first word: no escapes, quotes toggle. */
static const WCHAR *arguments(void) {
  const WCHAR *at = GetCommandLineW();
  bool quoted = false;
  for (; *at != 0 && (quoted || (*at != L' ' && *at != L'\t')); at++)
    if (*at == L'"') quoted = !quoted;
  return at;
}

/** Both are the program's to answer. A handler, unlike ignoring them, is not inherited. */
static BOOL WINAPI leave_to_program(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

/** Its own path. Through a symbolic link, as winget makes one, to where it lies: the script is looked for from there. */
static bool find_itself(void) {
  DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
  if (length == 0 || length >= LONGEST) return false;
  HANDLE file = CreateFileW(folder, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return true;
  length = GetFinalPathNameByHandleW(file, search, LONGEST, FILE_NAME_NORMALIZED);
  CloseHandle(file);
  if (length == 0 || length >= LONGEST) return true;
  // Node takes no `\\?\`; a network path keeps it, and is found by its other name.
  if (wcsncmp(search, L"\\\\?\\UNC\\", 8) != 0) wcscpy(folder, search + (wcsncmp(search, L"\\\\?\\", 4) == 0 ? 4 : 0));
  return true;
}

static HANDLE standard(DWORD which) {
  HANDLE handle = GetStdHandle(which);
  if (handle != NULL && handle != INVALID_HANDLE_VALUE) SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

/** Ends node with this program; SILENT_BREAKAWAY: what node starts is not in the job. */
static HANDLE job_for_one(void) {
  HANDLE job = CreateJobObjectW(NULL, NULL);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
  if (job != NULL) SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  return job;
}

int main(void) {
  if (!find_itself()) fail("its own path is too long");
  wcsrchr(folder, L'\\')[1] = 0;
  if (!find_script()) fail("hcs.cjs was not found beside hcs.exe: install hostcompute again");
  if (!find_node()) fail("node.exe was not found: install Node.js 22 or later, or set HCS_NODE to its full path");
  // The two dashes: node takes an --env-file for its own wherever it stands.
  if (!append(line, L"\"") || !append(line, node) || !append(line, L"\" -- \"") || !append(line, script) ||
      !append(line, L"\"") || !append(line, arguments()))
    fail("the command line is longer than Windows allows (32767 characters)");

  SetConsoleCtrlHandler(leave_to_program, TRUE);
  // Starting from our own: what a C runtime handed us in lpReserved2 (further descriptors) goes on to node.
  STARTUPINFOW start;
  GetStartupInfoW(&start);
  start.dwFlags |= STARTF_USESTDHANDLES;
  start.hStdInput = standard(STD_INPUT_HANDLE);
  start.hStdOutput = standard(STD_OUTPUT_HANDLE);
  start.hStdError = standard(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child;
  if (!CreateProcessW(node, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, &child))
    fail("node.exe could not be started");
  HANDLE job = job_for_one();
  if (job != NULL) AssignProcessToJobObject(job, child.hProcess);
  ResumeThread(child.hThread);
  WaitForSingleObject(child.hProcess, INFINITE);
  DWORD code = UNAVAILABLE;
  GetExitCodeProcess(child.hProcess, &code);
  ExitProcess(code);
}
