/* What the service asks for, frame by frame. */
#include "silo.h"

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

/** The next `count` NUL-ended strings; null when there are not as many. To be freed. */
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
      .ticket = (const uint8_t *)payload + 4,
      .flags = u32_at(payload, 20),
      .rows = u16_at(payload, 24),
      .columns = u16_at(payload, 26),
      .argument_count = u32_at(payload, 28),
      .environment_count = u32_at(payload, 32),
  };
  char *at = payload + HEAD, *end = payload + length;
  char **directory = strings_take(&at, end, 1);
  request.arguments = strings_take(&at, end, request.argument_count);
  request.environment = strings_take(&at, end, request.environment_count);
  bool good = directory != NULL && request.arguments != NULL && request.environment != NULL && request.argument_count > 0;
  if (good) {
    request.directory = directory[0];
    spawn(&request);
  }
  free(directory);
  free(request.arguments);
  free(request.environment);
  return good;
}

/** The nearest to SIGTERM that a console program can answer; what has no console is ended. */
static void request_shutdown(void) {
  for (struct program *p = program_next(NULL); p != NULL; p = program_next(p))
    if (!p->ended && !console_event(p->pid, CTRL_BREAK_EVENT)) TerminateProcess(p->process, (UINT)STATUS_CONTROL_C_EXIT);
}

bool request_handle(uint8_t type, char *payload, size_t length) {
  static const size_t needed[] = {
      [CONTROL_KILL] = 8, [CONTROL_RESIZE] = 8, [CONTROL_CLOSE_STDIN] = 4, [CONTROL_LIST] = 4, [CONTROL_RELEASE] = 4};
  if (type < sizeof needed / sizeof *needed && length < needed[type]) return false;
  struct program *program = NULL;
  if (type == CONTROL_RESIZE || type == CONTROL_CLOSE_STDIN || type == CONTROL_RELEASE)
    program = program_by_pid(u32_at(payload, 0));
  switch (type) {
    case CONTROL_SPAWN: return request_spawn(payload, length);
    case CONTROL_KILL: job_kill_one(u32_at(payload, 0), u32_at(payload, 4)); return true;
    case CONTROL_KILL_ALL:
      job_kill();
      programs_tell_empty();
      return true;
    case CONTROL_PAUSE:
    case CONTROL_CONTINUE:
      job_suspend(type == CONTROL_PAUSE);
      control_send(CONTROL_DONE, NULL, 0);
      return true;
    case CONTROL_RESIZE:
      if (program != NULL && program->console != NULL)
        console_resize(program->console, u16_at(payload, 4), u16_at(payload, 6));
      return true;
    case CONTROL_CLOSE_STDIN:
      if (program != NULL) program_close_stdin(program);
      return true;
    case CONTROL_LIST: job_list(u32_at(payload, 0)); return true;
    case CONTROL_SHUTDOWN: request_shutdown(); return true;
    case CONTROL_RELEASE:
      if (program != NULL) program_release(program);
      return true;
    default: return false;
  }
}
