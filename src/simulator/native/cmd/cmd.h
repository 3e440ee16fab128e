/*
 * hcs-cmd: the small stand-in for cmd.exe inside the simulated Host Compute Service. Knows echo, set, type, cd, exit, ver, timeout,
 * ping -n, rem, `&` `&&` `||` `|`, groups, redirection, %VAR%, quotes and ^ as cmd has them, and runs host programs with the
 * Windows rules of splitting. Codes are 32 bits wide, as on Windows.
 */
#ifndef HCS_CMD_H
#define HCS_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CODE_NOT_FOUND = 9009, REDIRECTIONS = 8 };
#define CODE_CONTROL_C 0xC000013Au

struct session {
  uint32_t error_level;
  /** An exit command ended the session. */
  bool over;
  /** Ctrl+C ended a program: the rest of the line is not run. */
  bool interrupted;
  /** /q or `echo off`: no prompts. */
  bool quiet;
  /** Descriptor for the 32-bit exit code (docs/simulator-wire.md 2); -1 for none. */
  int exit_channel;
  /** How this program is started again for a nested cmd. */
  const char *self;
};
extern struct session session;

/* buffer.c: growing strings */

struct buffer {
  char *text;
  size_t length, room;
};
void buffer_char(struct buffer *buffer, char c);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_bytes(struct buffer *buffer, const char *bytes, size_t length);
/** The text, NUL-ended, now the caller's. */
char *buffer_take(struct buffer *buffer);
/** malloc that ends the program when there is no memory. */
void *allocate(size_t size);

/* variables.c: the environment, whose names know no case */

const char *variable_get(const char *name, size_t length);
void variable_set(const char *name, size_t length, const char *value);
/** Prints all whose names begin so, sorted. False when there is none. */
bool variables_print(const char *prefix);
/** Puts values for %NAME%; an unknown one stays as it is, as at cmd's prompt. To be freed. */
char *variables_expand(const char *line);

/* parse.c */

enum node_kind { NODE_COMMAND, NODE_GROUP, NODE_ALWAYS, NODE_OR, NODE_AND, NODE_PIPE };
struct redirection {
  int descriptor;
  /** '<', '>', 'a' (append) or '&' (as descriptor `from`). */
  char way;
  int from;
  char *path;
};
struct node {
  enum node_kind kind;
  struct node *left, *right;
  /** Of a command: quotes kept, escapes and redirections taken out. */
  char *text;
  struct redirection redirections[REDIRECTIONS];
  unsigned redirection_count;
};
/** Null for an empty line, and for a syntax error, which it reports and which sets the error level. */
struct node *parse_line(const char *line);
void node_free(struct node *node);

/* execute.c */

/** Runs a line. */
void execute_line(const char *line);

/* builtins.c */

/** Runs the command when it is built in: then true, and whether it succeeded in `succeeded`. */
bool builtin_run(const char *text, bool *succeeded);

/* program.c */

/** Path of the program that a name means, to be freed; null when there is none. */
char *program_find(const char *name);
/** Runs `text` as a program and its arguments, waits, sets the error level. */
bool program_run(const char *text);
/** One argument by the rules of the Microsoft C runtime; moves `at` behind it. Null when there is no more. */
char *argument_take(const char **at);

/* paths.c */

/** A Windows path (drive letters mean HCS_SILO_ROOT; NUL is known) or host path as a host path; to be freed. */
char *path_to_host(const char *path);
/** The same for what is read: where scratch has nothing, the first of HCS_SILO_LAYERS (parents, nearest first) that has it. */
char *path_to_read(const char *path);
/** The current folder as it is shown; to be freed. */
char *path_shown(void);

/* output.c */

/** Ends a line as Windows does; to a terminal, which adds the return itself, as the host does. */
void print_line(const char *text);
void print_end(void);
/** One line on stderr. */
void print_error(const char *text);
/** Ends this program with a 32-bit code. */
_Noreturn void leave(uint32_t code);

#endif
