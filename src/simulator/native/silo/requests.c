/* What the service asks for, frame by frame. */
#include "silo.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static uint32_t u32_at(const char *payload, size_t at) {
  uint32_t value;
  memcpy(&value, payload + at, 4);
  return value;
}

static uint16_t u16_at(const char *payload, size_t at) {
  uint16_t value;
  memcpy(&value, payload + at, 2);
  return value;
}

/** The next `count` NUL-ended strings as an array that ends with null; null when there are not as many. */
static char **strings_take(char **at, char *end, uint32_t count) {
  // Each has at least its NUL.
  if (count > (size_t)(end - *at)) return NULL;
  char **strings = calloc((size_t)count + 1, sizeof *strings);
  for (uint32_t i = 0; strings != NULL && i < count; i++) {
    char *stop = memchr(*at, 0, (size_t)(end - *at));
    if (stop == NULL) {
      free(strings);
      return NULL;
    }
    strings[i] = *at;
    *at = stop + 1;
  }
  return strings;
}

static bool request_spawn(char *payload, size_t length) {
  enum { HEAD = 36 };
  if (length < HEAD) return false;
  struct spawn_request request = {
      .sequence = u32_at(payload, 0),
      .flags = u32_at(payload, 20),
      .rows = u16_at(payload, 24),
      .columns = u16_at(payload, 26),
  };
  memcpy(request.ticket, payload + 4, TICKET);
  uint32_t argc = u32_at(payload, 28), envc = u32_at(payload, 32);
  char *at = payload + HEAD, *end = payload + length;
  char **directory = strings_take(&at, end, 1);
  request.arguments = strings_take(&at, end, argc);
  request.environment = strings_take(&at, end, envc);
  bool good = directory != NULL && request.arguments != NULL && request.environment != NULL && argc > 0;
  if (good) {
    request.directory = directory[0];
    spawn(&request);
  }
  free(directory);
  free(request.arguments);
  free(request.environment);
  return good;
}

static void request_list(uint32_t sequence) {
  size_t count, filled = 8, room = 4096;
  pid_t *pids = descendants(&count);
  char *answer = malloc(room);
  uint32_t listed = 0;
  for (size_t i = 0; answer != NULL && i < count; i++) {
    struct figures f;
    if (!process_figures(pids[i], &f)) continue;
    if (room - filled < sizeof f + 32) {
      room *= 2;
      char *larger = realloc(answer, room);
      if (larger == NULL) free(answer);
      answer = larger;
      if (answer == NULL) break;
    }
    uint32_t ids[2] = {f.pid, f.parent};
    uint64_t numbers[8] = {f.user, f.kernel, f.resident, f.shared, f.commit, f.started, f.read, f.written};
    size_t name = strlen(f.name) + 1;
    memcpy(answer + filled, ids, sizeof ids);
    memcpy(answer + filled + sizeof ids, numbers, sizeof numbers);
    memcpy(answer + filled + sizeof ids + sizeof numbers, f.name, name);
    filled += sizeof ids + sizeof numbers + name;
    listed++;
  }
  if (answer == NULL) silo_end();
  memcpy(answer, &sequence, 4);
  memcpy(answer + 4, &listed, 4);
  uint64_t ended[2];
  ended_times(pids, count, &ended[0], &ended[1]);
  memcpy(answer + filled, ended, sizeof ended);
  control_send(CONTROL_LISTED, answer, filled + sizeof ended);
  free(answer);
  free(pids);
}

static void request_kill(pid_t pid, int number) {
  const struct program *program = program_by_pid(pid);
  bool ours = program != NULL && !program->ended;
  if (pid > 0 && number >= 0 && (ours || is_descendant(pid))) kill(pid, number);
}

/** SIGTERM to the group of every program that still runs: each leads its own. */
static void request_shutdown(void) {
  for (struct program *p = program_next(NULL); p != NULL; p = program_next(p))
    if (!p->ended) kill(-p->pid, SIGTERM);
}

static void request_close_stdin(struct program *program) {
  if (program == NULL) return;
  program_close_end(program, STDIN);
  if (program->terminal != NULL) terminal_close_input(program->terminal);
}

static void request_release(struct program *program) {
  if (program == NULL) return;
  for (int i = 0; i < ENDS; i++) program_close_end(program, i);
}

bool request_handle(uint8_t type, char *payload, size_t length) {
  static const size_t needed[] = {
      [CONTROL_KILL] = 8, [CONTROL_RESIZE] = 8, [CONTROL_CLOSE_STDIN] = 4, [CONTROL_LIST] = 4, [CONTROL_RELEASE] = 4};
  if (type < sizeof needed / sizeof *needed && length < needed[type]) return false;
  struct program *program = NULL;
  if (type == CONTROL_RESIZE || type == CONTROL_CLOSE_STDIN || type == CONTROL_RELEASE)
    program = program_by_pid((pid_t)u32_at(payload, 0));
  switch (type) {
    case CONTROL_SPAWN: return request_spawn(payload, length);
    case CONTROL_KILL: request_kill((pid_t)u32_at(payload, 0), (int)u32_at(payload, 4)); return true;
    case CONTROL_KILL_ALL: killing_start(); return true;
    case CONTROL_PAUSE:
      pause_descendants();
      control_send(CONTROL_DONE, NULL, 0);
      return true;
    case CONTROL_CONTINUE:
      continue_descendants();
      control_send(CONTROL_DONE, NULL, 0);
      return true;
    case CONTROL_RESIZE:
      if (program != NULL && program->terminal != NULL)
        terminal_resize(program->terminal, u16_at(payload, 4), u16_at(payload, 6));
      return true;
    case CONTROL_CLOSE_STDIN: request_close_stdin(program); return true;
    case CONTROL_LIST: request_list(u32_at(payload, 0)); return true;
    case CONTROL_SHUTDOWN: request_shutdown(); return true;
    case CONTROL_RELEASE: request_release(program); return true;
    default: return false;
  }
}
