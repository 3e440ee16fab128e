/* Runs a parsed line: operators, redirections, pipes. */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAVED_FROM = 20 };

static bool execute_node(const struct node *node);

/** What a descriptor was before a redirection; -1: it was closed. */
struct saved {
  int descriptor, copy;
};

static void redirections_undo(struct saved *saved, unsigned count) {
  fflush(stdout);
  while (count-- > 0) {
    if (saved[count].copy >= 0) dup2(saved[count].copy, saved[count].descriptor);
    else close(saved[count].descriptor);
    if (saved[count].copy >= 0) close(saved[count].copy);
  }
}

static int redirection_open(const struct redirection *r) {
  if (r->way == '&') return dup(r->from);
  char *path = r->way == '<' ? path_to_read(r->path) : path_to_host(r->path);
  int flags = r->way == '<' ? O_RDONLY : O_WRONLY | O_CREAT | (r->way == 'a' ? O_APPEND : O_TRUNC);
  int file = open(path, flags | O_CLOEXEC, 0666);
  free(path);
  return file;
}

static bool redirections_do(const struct node *node, struct saved *saved, unsigned *count) {
  fflush(stdout);
  for (*count = 0; *count < node->redirection_count;) {
    const struct redirection *r = &node->redirections[*count];
    int file = redirection_open(r);
    if (file < 0) {
      int failure = errno;
      redirections_undo(saved, *count);
      print_error(failure == ENOENT   ? "The system cannot find the file specified."
                  : failure == EACCES ? "Access is denied."
                                      : "The system cannot find the path specified.");
      session.error_level = 1;
      return false;
    }
    saved[*count] = (struct saved){r->descriptor, fcntl(r->descriptor, F_DUPFD_CLOEXEC, SAVED_FROM)};
    (*count)++;
    if (file != r->descriptor) {
      dup2(file, r->descriptor);
      close(file);
    } else {
      fcntl(file, F_SETFD, 0);
    }
  }
  return true;
}

/** The left side in a process of its own, the right side here. */
static bool execute_pipe(const struct node *node) {
  int ends[2];
  fflush(stdout);
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_t left = fork();
  if (left == 0) {
    session.exit_channel = -1;
    dup2(ends[1], STDOUT_FILENO);
    execute_node(node->left);
    leave(session.error_level);
  }
  close(ends[1]);
  int before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, SAVED_FROM);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  bool good = execute_node(node->right);
  dup2(before, STDIN_FILENO);
  close(before);
  while (left > 0 && waitpid(left, NULL, 0) < 0 && errno == EINTR) {}
  return good;
}

static bool execute_inner(const struct node *node) {
  if (node->kind == NODE_GROUP) return execute_node(node->left);
  bool succeeded;
  return builtin_run(node->text, &succeeded) ? succeeded : program_run(node->text);
}

/** Whether it succeeded, which is what `&&` and `||` ask. */
static bool execute_node(const struct node *node) {
  if (session.over || session.interrupted) return false;
  bool good;
  switch (node->kind) {
    case NODE_ALWAYS: execute_node(node->left); return execute_node(node->right);
    case NODE_AND: return execute_node(node->left) && execute_node(node->right);
    case NODE_OR: good = execute_node(node->left); return good || execute_node(node->right);
    case NODE_PIPE: return execute_pipe(node);
    case NODE_GROUP:
    case NODE_COMMAND: break;
  }
  struct saved saved[REDIRECTIONS];
  unsigned count;
  if (!redirections_do(node, saved, &count)) return false;
  good = execute_inner(node);
  redirections_undo(saved, count);
  return good;
}

void execute_line(const char *line) {
  char *expanded = variables_expand(line);
  struct node *node = parse_line(expanded);
  free(expanded);
  if (node != NULL) execute_node(node);
  node_free(node);
  fflush(stdout);
}
