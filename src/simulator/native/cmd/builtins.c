#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static const char *skip_blanks(const char *text) {
  while (*text == ' ' || *text == '\t') text++;
  return text;
}

/** A copy without blanks around it. */
static char *trimmed(const char *text) {
  text = skip_blanks(text);
  char *copy = strdup(text);
  if (copy == NULL) _exit(1);
  for (size_t n = strlen(copy); n > 0 && isspace((unsigned char)copy[n - 1]);) copy[--n] = 0;
  return copy;
}

/** A copy without blanks around it and without quotes. */
static char *unquoted(const char *text) {
  char *copy = trimmed(text), *to = copy;
  for (const char *from = copy; *from != 0; from++)
    if (*from != '"') *to++ = *from;
  *to = 0;
  return copy;
}

static bool fail(const char *message) {
  print_error(message);
  session.error_level = 1;
  return false;
}

/** `rest` begins with the character that ended the name: a blank, or one of `.` `:` `/` and the like, which is not printed. */
static bool run_echo(const char *rest) {
  char *word = trimmed(rest);
  bool blank = *rest == 0 || *rest == ' ' || *rest == '\t';
  if (blank && *word == 0) print_line(session.quiet ? "ECHO is off." : "ECHO is on.");
  else if (blank && strcasecmp(word, "off") == 0) session.quiet = true;
  else if (blank && strcasecmp(word, "on") == 0) session.quiet = false;
  else print_line(rest + 1);
  free(word);
  return true;
}

static bool run_set(const char *rest) {
  char *text = trimmed(rest);
  char *assignment = text;
  if (*text == '/') {
    free(text);
    return fail("The syntax of the command is incorrect.");
  }
  // set "NAME=value": what stands between the first and the last quote.
  char *last = strrchr(text, '"');
  if (*text == '"' && last > text) {
    assignment = text + 1;
    *last = 0;
  }
  char *equals = strchr(assignment, '=');
  bool good = true;
  if (equals != NULL && equals > assignment) {
    // Without quotes, blanks before the end belong to the value.
    const char *value = assignment == text ? strchr(rest, '=') + 1 : equals + 1;
    variable_set(assignment, (size_t)(equals - assignment), value);
  } else if (!variables_print(assignment)) {
    struct buffer message = {0};
    buffer_text(&message, "Environment variable ");
    buffer_text(&message, assignment);
    buffer_text(&message, " not defined");
    char *line = buffer_take(&message);
    good = fail(line);
    free(line);
  }
  free(text);
  return good;
}

static bool type_one(const char *name) {
  char *path = path_to_read(name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  free(path);
  if (file < 0)
    return fail(errno == EACCES ? "Access is denied." : "The system cannot find the file specified.");
  fflush(stdout);
  char bytes[16384];
  ssize_t got;
  while ((got = read(file, bytes, sizeof bytes)) > 0) fwrite(bytes, 1, (size_t)got, stdout);
  close(file);
  return got == 0 || fail("Access is denied.");
}

static bool run_type(const char *rest) {
  bool good = true, any = false;
  for (char *name; (name = argument_take(&rest)) != NULL; free(name)) {
    any = true;
    good = type_one(name) && good;
  }
  if (!any) return fail("The syntax of the command is incorrect.");
  if (good) session.error_level = 0;
  return good;
}

static bool run_cd(const char *rest) {
  rest = skip_blanks(rest);
  if (strncasecmp(rest, "/d", 2) == 0 && (rest[2] == 0 || isspace((unsigned char)rest[2]))) rest = skip_blanks(rest + 2);
  char *name = unquoted(rest);
  bool good = true;
  if (*name == 0) {
    char *shown = path_shown();
    print_line(shown);
    free(shown);
  } else {
    char *path = path_to_host(name);
    good = chdir(path) == 0 || fail("The system cannot find the path specified.");
    free(path);
  }
  free(name);
  return good;
}

static bool run_exit(const char *rest) {
  rest = skip_blanks(rest);
  if (strncasecmp(rest, "/b", 2) == 0) rest = skip_blanks(rest + 2);
  if (*rest != 0) session.error_level = (uint32_t)strtoll(rest, NULL, strncasecmp(rest, "0x", 2) == 0 ? 16 : 10);
  session.over = true;
  return session.error_level == 0;
}

static bool run_ver(const char *rest) {
  (void)rest;
  print_end();
  print_line("Microsoft Windows [Version 10.0.20348] (hcs simulator)");
  session.error_level = 0;
  return true;
}

/** Waits for so many seconds; for ever when negative. */
static void wait_for(long seconds) {
  fflush(stdout);
  struct timespec left = {.tv_sec = seconds};
  while (seconds < 0) pause();
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
  session.error_level = 0;
}

/**
 * `ping -n N HOST`, the way in which scripts wait for N-1 seconds where timeout cannot (without a console, in Nano Server). Nothing is sent.
 */
static bool run_ping(const char *rest) {
  long requests = 0;
  bool counted = false;
  for (char *word; (word = argument_take(&rest)) != NULL; free(word)) {
    char *end;
    if (counted && requests == 0) {
      requests = strtol(word, &end, 10);
      if (*word == 0 || *end != 0 || requests < 1) requests = -1;
    } else counted = counted || strcasecmp(word, "-n") == 0;
  }
  if (requests < 1) return fail("Value must be supplied for option -n.");
  wait_for(requests - 1);
  return true;
}

static bool run_timeout(const char *rest) {
  long seconds = -2;
  bool bad = false;
  for (char *word; (word = argument_take(&rest)) != NULL; free(word)) {
    char *end;
    if (strcasecmp(word, "/t") == 0 || strcasecmp(word, "/nobreak") == 0) continue;
    seconds = strtol(word, &end, 10);
    bad = bad || *word == 0 || *end != 0;
  }
  if (bad || seconds < -1 || seconds > 99999) {
    return fail("ERROR: Invalid syntax. Type \"TIMEOUT /?\" for usage.");
  }
  wait_for(seconds);
  return true;
}

static bool run_rem(const char *rest) {
  (void)rest;
  return true;
}

static const struct {
  const char *name;
  /** Characters that may end the name beside blanks and the end. */
  const char *ends;
  bool (*run)(const char *rest);
} builtins[] = {
    {"echo", ".:/\\([+,;=", run_echo}, {"set", "\"", run_set},   {"type", "\"", run_type},
    {"cd", "./\\\"", run_cd},          {"chdir", "./\\\"", run_cd}, {"exit", "/", run_exit},
    {"ver", "", run_ver},              {"timeout", "/", run_timeout}, {"rem", "", run_rem},
    {"ping", "", run_ping},
};

bool builtin_run(const char *text, bool *succeeded) {
  text = skip_blanks(text);
  size_t length = 0;
  while (isalpha((unsigned char)text[length])) length++;
  if (length == 0 && *text == 0) {
    *succeeded = true;
    return true;
  }
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
    const char *name = builtins[i].name;
    if (strlen(name) != length || strncasecmp(text, name, length) != 0) continue;
    const char *rest = text + length;
    if ((builtins[i].run == run_timeout || builtins[i].run == run_ping) && strncasecmp(rest, ".exe", 4) == 0) rest += 4;
    // Without a count it goes on for ever and says what it hears: the host's own.
    if (builtins[i].run == run_ping && strstr(rest, "-n") == NULL) return false;
    if (*rest != 0 && *rest != ' ' && *rest != '\t' && strchr(builtins[i].ends, *rest) == NULL) return false;
    *succeeded = builtins[i].run(rest);
    fflush(stdout);
    return true;
  }
  return false;
}
