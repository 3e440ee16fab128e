/*
 * One of a program's streams. A handle that is bound to one client's completion port cannot be bound to the next one's, so that each
 * client gets a named pipe instance of its own and bytes are carried. Of the program's output nothing is read ahead of
 * a client: an instance has no quota, so what a client did not read before it died goes to the next one.
 */
#include "silo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { ROOM = 64 << 10 };

/** A client, or the instance that waits for one. */
struct guest {
  struct operation operation;
  struct guest *next;
  struct stream *stream;
  HANDLE pipe;
  bool connected, busy, gone;
  /** Input only: what was read and has still to be written. */
  size_t at, filled;
  char *bytes;
};

struct stream {
  /** Reading of the program's output; for input, what is typed at its end. */
  struct operation operation;
  int which;
  bool terminal, busy, over, closing, typed, released;
  HANDLE inner;
  /** The newest first. */
  struct guest *guests;
  size_t at, filled;
  char *bytes;
  WCHAR name[320];
};

static void output_turn(struct stream *s);
static void input_read(struct guest *g);

static void inner_close(struct stream *s) {
  if (s->inner != NULL) CloseHandle(s->inner);
  s->inner = NULL;
}

static void guest_leave(struct guest *g) {
  if (g->gone) return;
  g->gone = true;
  if (g->busy) CancelIoEx(g->pipe, &g->operation.overlapped);
  CloseHandle(g->pipe);
}

/** Frees guests of whom no completion is to come. */
static void guests_tidy(struct stream *s) {
  for (struct guest **link = &s->guests; *link != NULL;) {
    struct guest *g = *link;
    if (!g->gone || g->busy) {
      link = &g->next;
      continue;
    }
    *link = g->next;
    free(g->bytes);
    free(g);
  }
}

static void connect_done(struct operation *operation, DWORD moved, DWORD failure);

/** Makes the instance for the next client. False with GetLastError. */
static bool guest_listen(struct stream *s, bool first) {
  struct guest *g = calloc(1, sizeof *g);
  if (g == NULL) silo_end();
  bool input = s->which == STDIN;
  g->stream = s;
  g->operation.done = connect_done;
  g->pipe = CreateNamedPipeW(s->name,
                             (input ? PIPE_ACCESS_INBOUND : PIPE_ACCESS_OUTBOUND) | FILE_FLAG_OVERLAPPED |
                                 (first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0),
                             PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, PIPE_UNLIMITED_INSTANCES, 0, input ? ROOM : 0, 0,
                             private_attributes());
  if (g->pipe == INVALID_HANDLE_VALUE || !port_add(g->pipe)) {
    DWORD failure = GetLastError();
    if (g->pipe != INVALID_HANDLE_VALUE) CloseHandle(g->pipe);
    free(g);
    SetLastError(failure);
    return false;
  }
  g->next = s->guests;
  s->guests = g;
  g->busy = true;
  BOOL good = ConnectNamedPipe(g->pipe, &g->operation.overlapped);
  if (!good && GetLastError() == ERROR_PIPE_CONNECTED) operation_post(&g->operation);
  else operation_started(&g->operation, good);
  return true;
}

static void connect_done(struct operation *operation, DWORD moved, DWORD failure) {
  (void)moved;
  struct guest *g = (struct guest *)operation;
  struct stream *s = g->stream;
  g->busy = false;
  if (g->gone) return;
  // ERROR_NO_DATA: it has come and gone.
  if (failure != 0) guest_leave(g);
  else g->connected = true;
  if (!s->closing && !s->released) guest_listen(s, false);
  if (failure != 0) return;
  if (s->which == STDIN) input_read(g);
  else output_turn(s);
}

/* output: program to client */

static void output_write_done(struct operation *operation, DWORD moved, DWORD failure) {
  struct guest *g = (struct guest *)operation;
  struct stream *s = g->stream;
  g->busy = false;
  s->at += moved;
  s->filled -= moved;
  if (failure != 0) guest_leave(g);
  output_turn(s);
}

static void output_read_done(struct operation *operation, DWORD moved, DWORD failure) {
  struct stream *s = (struct stream *)operation;
  s->busy = false;
  s->at = 0;
  s->filled = moved;
  if (failure != 0) {
    s->over = true;
    inner_close(s);
  }
  output_turn(s);
}

static void output_turn(struct stream *s) {
  struct guest *reader = NULL;
  for (struct guest *g = s->guests; g != NULL; g = g->next) {
    if (!g->connected || g->gone) continue;
    // One at a time, or bytes would change places.
    if (g->busy) return;
    if (reader == NULL) reader = g;
  }
  if (s->busy || reader == NULL) return;
  if (s->filled > 0) {
    memset(&reader->operation.overlapped, 0, sizeof reader->operation.overlapped);
    reader->operation.done = output_write_done;
    reader->busy = true;
    BOOL good = WriteFile(reader->pipe, s->bytes + s->at, (DWORD)s->filled, NULL, &reader->operation.overlapped);
    operation_started(&reader->operation, good);
  } else if (s->over) {
    for (struct guest *g = s->guests; g != NULL; g = g->next)
      if (g->connected) guest_leave(g);
  } else {
    memset(&s->operation.overlapped, 0, sizeof s->operation.overlapped);
    s->busy = true;
    BOOL good = ReadFile(s->inner, s->bytes, ROOM, NULL, &s->operation.overlapped);
    operation_started(&s->operation, good);
  }
}

/* input: client to program */

static void typed_done(struct operation *operation, DWORD moved, DWORD failure) {
  (void)moved;
  (void)failure;
  ((struct stream *)operation)->busy = false;
}

/** The program's input ends when HCS has let go of it and the last client has. */
static void input_check_end(struct stream *s) {
  if (!s->closing || s->inner == NULL) return;
  for (struct guest *g = s->guests; g != NULL; g = g->next)
    if (!g->gone || g->busy) return;
  if (!s->terminal) inner_close(s);
  else if (!s->typed) {
    // At a console an end of input is a line of its own.
    s->typed = s->busy = true;
    memset(&s->operation.overlapped, 0, sizeof s->operation.overlapped);
    operation_started(&s->operation, WriteFile(s->inner, "\x1a\r", 2, NULL, &s->operation.overlapped));
  }
}

static void input_write(struct guest *g);

static void input_write_done(struct operation *operation, DWORD moved, DWORD failure) {
  struct guest *g = (struct guest *)operation;
  g->busy = false;
  g->at += moved;
  if (failure != 0) guest_leave(g);
  else if (g->at < g->filled) input_write(g);
  else input_read(g);
  input_check_end(g->stream);
}

static void input_write(struct guest *g) {
  if (g->stream->inner == NULL) {
    guest_leave(g);
    return;
  }
  memset(&g->operation.overlapped, 0, sizeof g->operation.overlapped);
  g->operation.done = input_write_done;
  g->busy = true;
  BOOL good =
      WriteFile(g->stream->inner, g->bytes + g->at, (DWORD)(g->filled - g->at), NULL, &g->operation.overlapped);
  operation_started(&g->operation, good);
}

static void input_read_done(struct operation *operation, DWORD moved, DWORD failure) {
  struct guest *g = (struct guest *)operation;
  g->busy = false;
  g->at = 0;
  g->filled = moved;
  if (failure != 0) guest_leave(g);
  else if (moved == 0) input_read(g);
  else input_write(g);
  input_check_end(g->stream);
}

static void input_read(struct guest *g) {
  if (g->gone) return;
  if (g->bytes == NULL) g->bytes = malloc(ROOM);
  if (g->bytes == NULL) silo_end();
  memset(&g->operation.overlapped, 0, sizeof g->operation.overlapped);
  g->operation.done = input_read_done;
  g->busy = true;
  operation_started(&g->operation, ReadFile(g->pipe, g->bytes, ROOM, NULL, &g->operation.overlapped));
}

/* all of it */

struct stream *stream_open(const WCHAR *prefix, int which, HANDLE inner, bool terminal) {
  struct stream *s = calloc(1, sizeof *s);
  if (s == NULL) silo_end();
  s->which = which;
  s->terminal = terminal;
  s->operation.done = which == STDIN ? typed_done : output_read_done;
  s->inner = inner;
  if (which != STDIN) s->bytes = malloc(ROOM);
  if (which != STDIN && s->bytes == NULL) silo_end();
  _snwprintf(s->name, sizeof s->name / sizeof *s->name, L"%ls-%d", prefix, which);
  if (guest_listen(s, true)) return s;
  free(s->bytes);
  free(s);
  return NULL;
}

static void listening_end(struct stream *s) {
  for (struct guest *g = s->guests; g != NULL; g = g->next)
    if (!g->connected) guest_leave(g);
}

void stream_close_input(struct stream *s) {
  s->closing = true;
  listening_end(s);
  input_check_end(s);
}

void stream_release(struct stream *s) {
  s->released = true;
  listening_end(s);
}

bool stream_is_done(struct stream *s) {
  guests_tidy(s);
  if (s->which == STDIN) input_check_end(s);
  if (!s->released || s->guests != NULL) return false;
  if (s->busy) {
    // Read for somebody who has left.
    CancelIoEx(s->inner, &s->operation.overlapped);
    return false;
  }
  return true;
}

void stream_free(struct stream *s) {
  inner_close(s);
  free(s->bytes);
  free(s);
}
