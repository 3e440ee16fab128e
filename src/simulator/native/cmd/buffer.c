#include "cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL) _exit(1);
  return memory;
}

void buffer_bytes(struct buffer *buffer, const char *bytes, size_t length) {
  if (buffer->length + length + 1 > buffer->room) {
    buffer->room = (buffer->length + length + 1) * 2 + 64;
    buffer->text = realloc(buffer->text, buffer->room);
    if (buffer->text == NULL) _exit(1);
  }
  if (length > 0) memcpy(buffer->text + buffer->length, bytes, length);
  buffer->length += length;
  buffer->text[buffer->length] = 0;
}

void buffer_char(struct buffer *buffer, char c) { buffer_bytes(buffer, &c, 1); }
void buffer_text(struct buffer *buffer, const char *text) { buffer_bytes(buffer, text, strlen(text)); }

char *buffer_take(struct buffer *buffer) {
  buffer_bytes(buffer, "", 0);
  char *text = buffer->text;
  *buffer = (struct buffer){0};
  return text;
}
