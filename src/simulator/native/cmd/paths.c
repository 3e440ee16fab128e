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

/** `folder` and what follows the drive, or `path` alone when it is not below `C:\\`. */
static char *under(const char *folder, size_t length, const char *path) {
  struct buffer host = {0};
  bool has_drive = isalpha((unsigned char)path[0]) && path[1] == ':';
  if (has_drive) path += 2;
  if (has_drive || path[0] == '\\') buffer_bytes(&host, folder, length);
  if (has_drive && *path != '\\' && *path != '/') buffer_char(&host, '/');
  for (; *path != 0; path++) buffer_char(&host, *path == '\\' ? '/' : *path);
  return buffer_take(&host);
}

char *path_to_host(const char *path) {
  if (strcasecmp(path, "nul") == 0 || strcasecmp(path, "nul:") == 0) path = "/dev/null";
  return under(root(), strlen(root()), path);
}

char *path_to_read(const char *path) {
  char *host = path_to_host(path);
  const char *layers = getenv("HCS_SILO_LAYERS");
  while (access(host, F_OK) != 0 && layers != NULL && *layers != 0) {
    size_t length = strcspn(layers, ":");
    free(host);
    host = under(layers, length, path);
    layers += length;
    if (*layers == ':') layers++;
  }
  return host;
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
