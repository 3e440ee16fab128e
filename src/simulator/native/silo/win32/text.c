/* Command lines and environments as CreateProcess takes them. */
#include "silo.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

WCHAR *wide_of(const char *text) {
  int units = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  WCHAR *wide = calloc((size_t)units + 1, sizeof *wide);
  if (wide == NULL) silo_end();
  MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, units);
  return wide;
}

/** Appends one argument; backslashes are doubled only in front of a quote. */
static WCHAR *argument_put(WCHAR *to, const WCHAR *argument) {
  bool quoted = *argument == 0 || wcspbrk(argument, L" \t\"") != NULL;
  if (quoted) *to++ = L'"';
  for (const WCHAR *at = argument;; at++) {
    size_t slashes = wcsspn(at, L"\\");
    at += slashes;
    bool doubled = *at == L'"' || (*at == 0 && quoted);
    for (size_t i = 0; i < (doubled ? slashes * 2 : slashes); i++) *to++ = L'\\';
    if (*at == 0) break;
    if (*at == L'"') *to++ = L'\\';
    *to++ = *at;
  }
  if (quoted) *to++ = L'"';
  return to;
}

WCHAR *command_line(char **arguments, uint32_t count, bool verbatim) {
  size_t room = 1;
  for (uint32_t i = 0; i < count; i++) room += strlen(arguments[i]) * 2 + 3;
  WCHAR *line = calloc(room, sizeof *line), *to = line;
  if (line == NULL) silo_end();
  for (uint32_t i = 0; i < count; i++) {
    WCHAR *argument = wide_of(arguments[i]);
    if (i > 0) *to++ = L' ';
    if (verbatim && i > 0 && i + 1 == count) {
      wcscpy(to, argument);
      to += wcslen(argument);
    } else to = argument_put(to, argument);
    free(argument);
  }
  *to = 0;
  return line;
}

static int by_name(const void *a, const void *b) {
  const WCHAR *left = *(WCHAR *const *)a, *right = *(WCHAR *const *)b;
  return _wcsicmp(left, right);
}

WCHAR *environment_block(char **entries, uint32_t count) {
  WCHAR **wide = calloc((size_t)count + 1, sizeof *wide);
  if (wide == NULL) silo_end();
  size_t units = 2;
  for (uint32_t i = 0; i < count; i++) {
    wide[i] = wide_of(entries[i]);
    units += wcslen(wide[i]) + 1;
  }
  qsort(wide, count, sizeof *wide, by_name);
  WCHAR *block = calloc(units, sizeof *block), *to = block;
  if (block == NULL) silo_end();
  for (uint32_t i = 0; i < count; i++) {
    wcscpy(to, wide[i]);
    to += wcslen(wide[i]) + 1;
    free(wide[i]);
  }
  free(wide);
  return block;
}
