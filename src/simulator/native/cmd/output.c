#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void print_end(void) { fputs(isatty(STDOUT_FILENO) ? "\n" : "\r\n", stdout); }

void print_line(const char *text) {
  fputs(text, stdout);
  print_end();
}

void print_error(const char *text) {
  fflush(stdout);
  fprintf(stderr, "%s%s", text, isatty(STDERR_FILENO) ? "\n" : "\r\n");
}

void leave(uint32_t code) {
  fflush(stdout);
  if (session.exit_channel >= 0) {
    ssize_t ignored = write(session.exit_channel, &code, sizeof code);
    (void)ignored;
  }
  // What only sees the eight bits of the host must still see a failure as one.
  exit(code != 0 && (code & 255) == 0 ? 255 : (int)(code & 255));
}
