/*
 * A program in front of a pseudo-terminal, and the copying between it and the pipes that the client holds. Each direction has
 * one bounded buffer; a side is only read while its buffer has room, so a slow reader holds the other side back.
 */
#include "silo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { INPUT_ROOM = 4096, OUTPUT_ROOM = 64 << 10, RETRY_MS = 100, ROWS = 25, COLUMNS = 80, END_OF_FILE = 4 };

struct terminal {
  int master;
  /** The silo's ends of the pipes. Nothing is ever written to the error pipe: a terminal has one output. */
  int input, output, error;
  /** The client said that no more input comes. */
  bool input_ending;
  char last_input;
  /** Every process has let go of the terminal; a living program may still take it up again. */
  bool silent;
  size_t in_at, in_filled, out_at, out_filled;
  char in[INPUT_ROOM];
  char out[OUTPUT_ROOM];
};

void terminal_resize(struct terminal *t, uint16_t rows, uint16_t columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  ioctl(t->master, TIOCSWINSZ, &size);
}

struct terminal *terminal_open(uint16_t rows, uint16_t columns, const int pipes[ENDS], int *slave) {
  struct terminal *t = calloc(1, sizeof *t);
  if (t == NULL) return NULL;
  t->master = posix_openpt(O_RDWR | O_NOCTTY);
  const char *name = NULL;
  if (t->master >= 0) {
    set_cloexec(t->master);
    set_nonblocking(t->master);
    if (grantpt(t->master) == 0 && unlockpt(t->master) == 0) name = ptsname(t->master);
  }
  *slave = name == NULL ? -1 : open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*slave < 0) {
    int failure = errno;
    close_end(&t->master);
    free(t);
    errno = failure;
    return NULL;
  }
#ifdef IUTF8
  struct termios settings;
  if (tcgetattr(*slave, &settings) == 0) {
    settings.c_iflag |= IUTF8;
    tcsetattr(*slave, TCSANOW, &settings);
  }
#endif
  terminal_resize(t, rows == 0 ? ROWS : rows, columns == 0 ? COLUMNS : columns);
  t->input = pipes[STDIN];
  t->output = pipes[STDOUT];
  t->error = pipes[STDERR];
  if (t->input >= 0) set_nonblocking(t->input);
  if (t->output >= 0) set_nonblocking(t->output);
  t->last_input = '\n';
  return t;
}

void terminal_free(struct terminal *t) {
  close_end(&t->master);
  close_end(&t->input);
  close_end(&t->output);
  close_end(&t->error);
  free(t);
}

static bool would_block(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/** Terminal to client. */
static void output_flush(struct terminal *t) {
  while (t->out_filled > 0) {
    ssize_t put = t->output < 0 ? (ssize_t)t->out_filled : write(t->output, t->out + t->out_at, t->out_filled);
    if (put < 0 && would_block()) return;
    // Nobody holds the other end any more: the program runs on, its output goes nowhere.
    if (put < 0) {
      close_end(&t->output);
      continue;
    }
    t->out_at += (size_t)put;
    t->out_filled -= (size_t)put;
  }
  t->out_at = 0;
}

static void output_read(struct terminal *t) {
  if (t->out_at > 0) memmove(t->out, t->out + t->out_at, t->out_filled);
  t->out_at = 0;
  // A terminal gives a few KiB at a time: they are put together for the pipe.
  while (t->out_filled < OUTPUT_ROOM) {
    ssize_t got = read(t->master, t->out + t->out_filled, OUTPUT_ROOM - t->out_filled);
    if (got > 0) {
      t->out_filled += (size_t)got;
      t->silent = false;
      continue;
    }
    if (got == 0 || !would_block()) t->silent = true;
    break;
  }
  output_flush(t);
}

/** End-of-file as a typed character; a begun line needs it twice, since the first only ends the line. */
static void input_end(struct terminal *t) {
  struct termios settings;
  char mark = END_OF_FILE;
  if (tcgetattr(t->master, &settings) == 0 && settings.c_cc[VEOF] != _POSIX_VDISABLE) mark = (char)settings.c_cc[VEOF];
  t->in_at = 0;
  t->in_filled = t->last_input == '\n' || t->last_input == '\r' || t->last_input == mark ? 1 : 2;
  memset(t->in, mark, t->in_filled);
  close_end(&t->input);
}

/** Client to terminal, as far as both go without waiting. */
static void input_copy(struct terminal *t) {
  for (;;) {
    while (t->in_filled > 0) {
      ssize_t put = write(t->master, t->in + t->in_at, t->in_filled);
      if (put == 0 || (put < 0 && would_block())) return;
      if (put < 0) put = (ssize_t)t->in_filled;
      t->last_input = t->in[t->in_at + (size_t)put - 1];
      t->in_at += (size_t)put;
      t->in_filled -= (size_t)put;
    }
    if (t->input < 0) return;
    t->in_at = 0;
    ssize_t got = read(t->input, t->in, INPUT_ROOM);
    if (got > 0) t->in_filled = (size_t)got;
    else if (got == 0 || t->input_ending || !would_block()) input_end(t);
    else return;
  }
}

void terminal_close_input(struct terminal *t) {
  t->input_ending = true;
  if (t->input >= 0) input_copy(t);
}

static void master_ready(void *context, short events) {
  struct terminal *t = context;
  // Nobody is at the terminal: typed characters have no reader.
  if ((events & POLLHUP) != 0) t->in_filled = 0;
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) output_read(t);
  if ((events & POLLOUT) != 0) input_copy(t);
}

static void output_ready(void *context, short events) {
  (void)events;
  struct terminal *t = context;
  output_flush(t);
  output_read(t);
}

static void input_ready(void *context, short events) {
  (void)events;
  input_copy(context);
}

void terminal_watch(struct terminal *t, const struct program *p) {
  bool wants_output = t->out_filled < OUTPUT_ROOM && !t->silent;
  short events = (short)((wants_output ? POLLIN : 0) | (t->in_filled > 0 && !t->silent ? POLLOUT : 0));
  if (events != 0) watch(t->master, events, master_ready, t);
  if (t->out_filled > 0 && t->output >= 0) watch(t->output, POLLOUT, output_ready, t);
  if (t->input >= 0 && t->in_filled == 0) watch(t->input, POLLIN, input_ready, t);
  if (t->silent && !p->ended) {
    t->silent = false;
    wake_at(clock_ms() + RETRY_MS);
  }
}

bool terminal_is_over(const struct terminal *t, const struct program *p) {
  return p->ended && t->silent && t->out_filled == 0;
}
