#include "cmd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *root(void) {
  const char *path = getenv("HCS_SILO_ROOT");
  return path == NULL ? "" : path;
}

char *path_to_host(const char *path) {
  if (strcasecmp(path, "nul") == 0 || strcasecmp(path, "nul:") == 0) path = "/dev/null";
  struct buffer host = {0};
  if (isalpha((unsigned char)path[0]) && path[1] == ':') {
    path += 2;
    buffer_text(&host, root());
    if (*path != '\\' && *path != '/') buffer_char(&host, '/');
  } else if (path[0] == '\\') {
    buffer_text(&host, root());
  }
  for (; *path != 0; path++) buffer_char(&host, *path == '\\' ? '/' : *path);
  return buffer_take(&host);
}

char *path_shown(void) {
  char *current = getcwd(NULL, 0);
  if (current == NULL) current = strdup("/");
  size_t length = strlen(root());
  if (length == 0 || strncmp(current, root(), length) != 0 || (current[length] != 0 && current[length] != '/'))
    return current;
  struct buffer shown = {0};
  buffer_text(&shown, "C:");
  for (const char *c = current + length; *c != 0; c++) buffer_char(&shown, *c == '/' ? '\\' : *c);
  if (current[length] == 0) buffer_char(&shown, '\\');
  free(current);
  return buffer_take(&shown);
}
