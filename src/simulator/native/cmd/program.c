/* Host programs under their Windows names. */
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

char *argument_take(const char **at) {
  while (is_blank(**at)) (*at)++;
  if (**at == 0) return NULL;
  struct buffer out = {0};
  bool quoted = false;
  const char *c = *at;
  while (*c != 0 && (quoted || !is_blank(*c))) {
    size_t slashes = strspn(c, "\\");
    c += slashes;
    if (*c != '"') {
      while (slashes-- > 0) buffer_char(&out, '\\');
      if (*c != 0 && (quoted || !is_blank(*c))) buffer_char(&out, *c++);
      continue;
    }
    for (size_t i = 0; i < slashes / 2; i++) buffer_char(&out, '\\');
    if (slashes % 2 == 1) {
      buffer_char(&out, '"');
    } else if (quoted && c[1] == '"') {
      buffer_char(&out, '"');
      c++;
    } else {
      quoted = !quoted;
    }
    c++;
  }
  *at = c;
  return buffer_take(&out);
}

static bool is_program(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

static char *find_in_path(const char *name) {
  const char *path = variable_get("PATH", 4);
  if (path == NULL) path = "/usr/local/bin:/usr/bin:/bin";
  const char *separator = strchr(path, ';') != NULL ? ";" : ":";
  while (*path != 0) {
    size_t length = strcspn(path, separator);
    struct buffer folder = {0};
    buffer_bytes(&folder, path, length);
    buffer_char(&folder, '/');
    buffer_text(&folder, name);
    char *whole = buffer_take(&folder), *host = path_to_host(whole);
    free(whole);
    if (length > 0 && is_program(host)) return host;
    free(host);
    path += length;
    if (*path != 0) path++;
  }
  return NULL;
}

static char *find_exact(const char *name) {
  if (strchr(name, '/') == NULL && strchr(name, '\\') == NULL && strchr(name, ':') == NULL) return find_in_path(name);
  char *path = path_to_read(name);
  if (is_program(path)) return path;
  free(path);
  return NULL;
}

char *program_find(const char *name) {
  char *changed = strdup(name);
  size_t length = strlen(name);
  if (changed == NULL) _exit(1);
  bool suffixed = length > 4 && strcasecmp(name + length - 4, ".exe") == 0;
  // As it is, without .exe, then both in small letters: Windows names know no case.
  char *found = find_exact(changed);
  for (int small = 0; found == NULL && small < 2; small++) {
    for (size_t i = 0; small == 1 && i < length; i++) changed[i] = (char)tolower((unsigned char)changed[i]);
    if (small == 1) found = find_exact(changed);
    if (found != NULL || !suffixed) continue;
    char dot = changed[length - 4];
    changed[length - 4] = 0;
    found = find_exact(changed);
    changed[length - 4] = dot;
  }
  free(changed);
  return found;
}

static bool is_cmd(const char *name) {
  const char *base = name;
  for (const char *c = name; *c != 0; c++)
    if (*c == '/' || *c == '\\') base = c + 1;
  return strcasecmp(base, "cmd") == 0 || strcasecmp(base, "cmd.exe") == 0;
}

/** What Windows would report for a program that a signal ended; the same table as the service's (src/simulator/exitCode.ts). */
static uint32_t code_of_signal(int number) {
  switch (number) {
    case SIGSEGV: return 0xC0000005u;
    case SIGABRT: return 0xC0000409u;
    case SIGFPE: return 0xC0000094u;
    case SIGILL: return 0xC000001Du;
    case SIGBUS: return 0xC0000006u;
    case SIGTRAP: return 0x80000003u;
    case SIGINT:
    case SIGTERM:
    case SIGHUP:
    case SIGQUIT: return CODE_CONTROL_C;
    default: return 1067;
  }
}

static uint32_t wait_for(pid_t pid, int exit_channel) {
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 1;
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGINT) session.interrupted = true;
    return code_of_signal(WTERMSIG(status));
  }
  uint32_t code;
  if (exit_channel >= 0 && read(exit_channel, &code, sizeof code) == sizeof code) return code;
  return (uint32_t)WEXITSTATUS(status);
}

/** Starts `path`; a nested cmd gets a channel for its 32-bit code. */
static uint32_t run_and_wait(const char *path, char **arguments, bool nested) {
  int channel[2] = {-1, -1};
  if (nested && pipe2(channel, O_CLOEXEC) == 0) fcntl(channel[0], F_SETFL, O_NONBLOCK);
  fflush(stdout);
  void (*before)(int) = signal(SIGINT, SIG_IGN);
  pid_t pid = fork();
  if (pid == 0) {
    signal(SIGINT, SIG_DFL);
    if (channel[1] >= 0) {
      char number[16];
      snprintf(number, sizeof number, "%d", channel[1]);
      setenv("HCS_SILO_EXIT_FD", number, 1);
      fcntl(channel[1], F_SETFD, 0);
    }
    execv(path, arguments);
    _exit(126);
  }
  if (channel[1] >= 0) close(channel[1]);
  uint32_t code = pid < 0 ? 1 : wait_for(pid, channel[0]);
  if (channel[0] >= 0) close(channel[0]);
  signal(SIGINT, before);
  return code;
}

static void not_found(const char *name) {
  struct buffer message = {0};
  buffer_char(&message, '\'');
  buffer_text(&message, name);
  buffer_text(&message, "' is not recognized as an internal or external command,");
  char *line = buffer_take(&message);
  print_error(line);
  print_error("operable program or batch file.");
  free(line);
  session.error_level = CODE_NOT_FOUND;
}

/** The program's name: up to a delimiter outside quotes, quotes taken out. */
static char *name_take(const char **at) {
  struct buffer name = {0};
  bool quoted = false;
  while (is_blank(**at)) (*at)++;
  for (; **at != 0; (*at)++) {
    if (**at == '"') quoted = !quoted;
    else if (!quoted && (is_blank(**at) || strchr(",;=", **at) != NULL)) break;
    else buffer_char(&name, **at);
  }
  return buffer_take(&name);
}

bool program_run(const char *text) {
  char *name = name_take(&text);
  char *path = program_find(name);
  bool nested = path == NULL && is_cmd(name);
  if (path == NULL && !nested) {
    not_found(name);
    free(name);
    return false;
  }
  // A nested cmd looks at the very text, not at words.
  size_t count = 0, room = strlen(text) + 3;
  char **arguments = allocate(room * sizeof *arguments);
  arguments[count++] = name;
  if (nested) arguments[count++] = strdup(text);
  else
    while ((arguments[count] = argument_take(&text)) != NULL) count++;
  arguments[count] = NULL;
  session.error_level = run_and_wait(nested ? session.self : path, arguments, nested);
  while (count > 0) free(arguments[--count]);
  free(arguments);
  free(path);
  return session.error_level == 0;
}
