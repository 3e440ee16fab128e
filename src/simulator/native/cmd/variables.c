#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

extern char **environ;

/** The environment's entry with that name in any case; null. */
static char *entry_find(const char *name, size_t length) {
  for (char **entry = environ; *entry != NULL; entry++)
    if (strncasecmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry;
  return NULL;
}

const char *variable_get(const char *name, size_t length) {
  static char dynamic[4096];
  const char *entry = entry_find(name, length);
  if (entry != NULL) return entry + length + 1;
  if (length == 10 && strncasecmp(name, "ERRORLEVEL", length) == 0) {
    snprintf(dynamic, sizeof dynamic, "%d", (int)session.error_level);
    return dynamic;
  }
  if (length == 2 && strncasecmp(name, "CD", length) == 0) {
    char *shown = path_shown();
    snprintf(dynamic, sizeof dynamic, "%s", shown);
    free(shown);
    return dynamic;
  }
  if (length == 6 && strncasecmp(name, "RANDOM", length) == 0) {
    snprintf(dynamic, sizeof dynamic, "%d", rand() & 32767);
    return dynamic;
  }
  return NULL;
}

void variable_set(const char *name, size_t length, const char *value) {
  // A name that exists in another case keeps its case.
  const char *entry = entry_find(name, length);
  char *own = allocate(length + 1);
  memcpy(own, entry == NULL ? name : entry, length);
  own[length] = 0;
  if (*value == 0) unsetenv(own);
  else setenv(own, value, 1);
  free(own);
}

static int by_name(const void *a, const void *b) { return strcasecmp(*(char *const *)a, *(char *const *)b); }

bool variables_print(const char *prefix) {
  size_t count = 0, found = 0, length = strlen(prefix);
  while (environ[count] != NULL) count++;
  char **sorted = allocate((count + 1) * sizeof *sorted);
  for (size_t i = 0; i < count; i++)
    if (strncasecmp(environ[i], prefix, length) == 0) sorted[found++] = environ[i];
  qsort(sorted, found, sizeof *sorted, by_name);
  for (size_t i = 0; i < found; i++) print_line(sorted[i]);
  free(sorted);
  return found > 0;
}

char *variables_expand(const char *line) {
  struct buffer out = {0};
  while (*line != 0) {
    const char *stop = *line == '%' ? strchr(line + 1, '%') : NULL;
    const char *value = stop != NULL && stop > line + 1 ? variable_get(line + 1, (size_t)(stop - line - 1)) : NULL;
    if (value == NULL) {
      buffer_char(&out, *line++);
      continue;
    }
    buffer_text(&out, value);
    line = stop + 1;
  }
  return buffer_take(&out);
}
