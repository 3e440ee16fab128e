/* Options, the command of /c, and the prompt. */
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session session = {.exit_channel = -1};

/**
 * What followed `cmd` on the command line. One argument alone, or one behind the options, is that text itself; several are put
 * together again, with quotes around those that need them.
 */
static char *command_tail(int argc, char **argv) {
  struct buffer tail = {0};
  int words = 1;
  while (words < argc && argv[words][0] == '/') words++;
  bool as_it_is = argc == 2 || words == argc - 1;
  for (int i = 1; i < argc; i++) {
    const char *argument = argv[i];
    bool quote = !as_it_is && (*argument == 0 || strpbrk(argument, " \t") != NULL);
    if (i > 1) buffer_char(&tail, ' ');
    if (quote) buffer_char(&tail, '"');
    for (const char *c = argument; *c != 0; c++) {
      if (*c == '"' && !as_it_is) buffer_char(&tail, '\\');
      buffer_char(&tail, *c);
    }
    if (quote) buffer_char(&tail, '"');
  }
  return buffer_take(&tail);
}

struct options {
  bool strip, keep;
  /** The command of /c or /k; null for a prompt. */
  char *command;
};

static struct options options_read(char *tail) {
  struct options options = {0};
  char *at = tail;
  for (;;) {
    while (isspace((unsigned char)*at)) at++;
    if (*at != '/' || at[1] == 0) return options;
    char letter = (char)tolower((unsigned char)at[1]);
    at += 2;
    if (letter == 's') options.strip = true;
    if (letter == 'q') session.quiet = true;
    if (letter == 'c' || letter == 'r' || letter == 'k') {
      options.keep = letter == 'k';
      while (isspace((unsigned char)*at)) at++;
      options.command = at;
      return options;
    }
    // Others, and what follows a colon (/v:on), change nothing here.
    if (*at == ':')
      while (*at != 0 && !isspace((unsigned char)*at)) at++;
  }
}

/** cmd's rule: the outer quotes stay only around one name of a program with a blank in it, and only without /s. */
static void quotes_strip(struct options *options) {
  char *text = options->command;
  if (*text != '"') return;
  char *last = strrchr(text, '"');
  if (!options->strip && last > text && strchr(text + 1, '"') == last && strpbrk(text, "&<>()@^|") == NULL) {
    *last = 0;
    char *found = strpbrk(text + 1, " \t") == NULL ? NULL : program_find(text + 1);
    *last = '"';
    free(found);
    if (found != NULL) return;
  }
  if (last > text) memmove(last, last + 1, strlen(last));
  options->command = text + 1;
}

/** One line without its end, byte by byte: what follows belongs to the program that the line starts. Null at the end. */
static char *line_read(void) {
  struct buffer line = {0};
  for (;;) {
    char c;
    ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && line.length == 0) {
      free(line.text);
      return NULL;
    }
    if (got <= 0 || c == '\n') break;
    buffer_char(&line, c);
  }
  if (line.length > 0 && line.text[line.length - 1] == '\r') line.text[--line.length] = 0;
  return buffer_take(&line);
}

static void prompt_run(void) {
  signal(SIGINT, SIG_IGN);
  while (!session.over) {
    if (!session.quiet) {
      char *shown = path_shown();
      printf("%s>", shown);
      free(shown);
      fflush(stdout);
    }
    char *line = line_read();
    if (line == NULL) return;
    // A terminal shows what is typed; a pipe does not, and cmd does it then.
    if (!session.quiet && !isatty(STDIN_FILENO)) print_line(line);
    execute_line(line);
    free(line);
    session.interrupted = false;
    if (!session.quiet && !session.over) print_end();
  }
}

/** Takes the channel for the exit code, so that no program that is started here gets it. */
static void exit_channel_take(void) {
  const char *number = getenv("HCS_SILO_EXIT_FD");
  if (number == NULL) return;
  int descriptor = atoi(number);
  if (descriptor > 2 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0) session.exit_channel = descriptor;
  unsetenv("HCS_SILO_EXIT_FD");
}

int main(int argc, char **argv) {
  exit_channel_take();
  session.self = access("/proc/self/exe", X_OK) == 0 ? "/proc/self/exe" : argv[0];
  srand((unsigned)getpid());
  char *tail = command_tail(argc, argv);
  struct options options = options_read(tail);
  if (options.command != NULL) {
    quotes_strip(&options);
    execute_line(options.command);
  } else if (!session.quiet) {
    print_line("Microsoft Windows [Version 10.0.20348] (hcs simulator)");
    print_end();
  }
  if (options.command == NULL || (options.keep && !session.over)) prompt_run();
  free(tail);
  leave(session.error_level);
}
