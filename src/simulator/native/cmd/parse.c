/* A line as a tree. `&` binds least, then `||`, `&&`, `|`. Quotes switch special characters off, ^ takes one's meaning. */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct parser {
  const char *at;
  unsigned depth;
  bool failed;
};

static struct node *parse_level(struct parser *p, enum node_kind kind);

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_delimiter(char c) { return is_blank(c) || c == ',' || c == ';' || c == '='; }

static struct node *node_make(enum node_kind kind, struct node *left, struct node *right) {
  struct node *node = allocate(sizeof *node);
  *node = (struct node){.kind = kind, .left = left, .right = right};
  return node;
}

void node_free(struct node *node) {
  if (node == NULL) return;
  node_free(node->left);
  node_free(node->right);
  for (unsigned i = 0; i < node->redirection_count; i++) free(node->redirections[i].path);
  free(node->text);
  free(node);
}

static void complain(struct parser *p, const char *at) {
  if (p->failed) return;
  p->failed = true;
  struct buffer message = {0};
  if (*at == 0) {
    buffer_text(&message, "The syntax of the command is incorrect.");
  } else {
    buffer_char(&message, *at);
    buffer_text(&message, " was unexpected at this time.");
  }
  char *text = buffer_take(&message);
  print_error(text);
  free(text);
}

/** The target of a redirection: up to the next delimiter outside quotes. */
static char *parse_target(struct parser *p) {
  struct buffer target = {0};
  bool quoted = false;
  while (is_blank(*p->at)) p->at++;
  for (; *p->at != 0; p->at++) {
    if (*p->at == '"') {
      quoted = !quoted;
      continue;
    }
    if (!quoted && *p->at == '^' && p->at[1] != 0) p->at++;
    else if (!quoted && (is_delimiter(*p->at) || strchr("&|<>", *p->at) != NULL || (*p->at == ')' && p->depth > 0))) break;
    buffer_char(&target, *p->at);
  }
  return buffer_take(&target);
}

/** At `<` or `>`; `descriptor` is the digit in front, or -1. */
static void parse_redirection(struct parser *p, struct node *node, int descriptor) {
  if (node->redirection_count == REDIRECTIONS) {
    complain(p, p->at);
    return;
  }
  struct redirection *r = &node->redirections[node->redirection_count++];
  *r = (struct redirection){.way = *p->at, .descriptor = descriptor};
  if (descriptor < 0) r->descriptor = *p->at == '<' ? 0 : 1;
  p->at++;
  if (r->way == '>' && *p->at == '>') {
    r->way = 'a';
    p->at++;
  }
  if (*p->at == '&' && p->at[1] >= '0' && p->at[1] <= '9') {
    r->way = '&';
    r->from = p->at[1] - '0';
    p->at += 2;
    return;
  }
  r->path = parse_target(p);
  if (r->path[0] == 0) complain(p, p->at);
}

/** The digit that stands alone at the end of what was read: the redirection's descriptor. */
static int descriptor_take(struct buffer *text) {
  size_t n = text->length;
  if (n == 0 || text->text[n - 1] < '0' || text->text[n - 1] > '9') return -1;
  if (n > 1 && !is_delimiter(text->text[n - 2])) return -1;
  int descriptor = text->text[n - 1] - '0';
  text->text[--text->length] = 0;
  return descriptor;
}

static bool is_remark(const char *at) {
  return *at == ':' || (strncasecmp(at, "rem", 3) == 0 && (at[3] == 0 || is_delimiter(at[3])));
}

static struct node *parse_command(struct parser *p) {
  struct node *node = node_make(NODE_COMMAND, NULL, NULL);
  struct buffer text = {0};
  if (is_remark(p->at)) p->at += strlen(p->at);
  bool quoted = false;
  while (*p->at != 0 && !p->failed) {
    char c = *p->at;
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '&' || c == '|' || (c == ')' && p->depth > 0))) break;
    if (!quoted && (c == '<' || c == '>')) {
      parse_redirection(p, node, descriptor_take(&text));
      continue;
    }
    if (!quoted && c == '^') {
      p->at++;
      if (*p->at == 0) break;
      c = *p->at;
    }
    buffer_char(&text, c);
    p->at++;
  }
  node->text = buffer_take(&text);
  return node;
}

/** A command or a group in parentheses. */
static struct node *parse_item(struct parser *p) {
  while (is_delimiter(*p->at) || *p->at == '@') p->at++;
  if (*p->at != '(') {
    if (*p->at == 0 || *p->at == '&' || *p->at == '|' || (*p->at == ')' && p->depth > 0)) {
      complain(p, p->at);
      return NULL;
    }
    return parse_command(p);
  }
  p->at++;
  p->depth++;
  struct node *group = node_make(NODE_GROUP, parse_level(p, NODE_ALWAYS), NULL);
  p->depth--;
  if (*p->at == ')') p->at++;
  else complain(p, p->at);
  for (;;) {
    while (is_blank(*p->at)) p->at++;
    int descriptor = *p->at >= '0' && *p->at <= '9' && (p->at[1] == '<' || p->at[1] == '>') ? *p->at++ - '0' : -1;
    if (*p->at != '<' && *p->at != '>') break;
    parse_redirection(p, group, descriptor);
  }
  return group;
}

static bool operator_take(struct parser *p, enum node_kind kind) {
  static const char *const signs[] = {[NODE_ALWAYS] = "&", [NODE_OR] = "||", [NODE_AND] = "&&", [NODE_PIPE] = "|"};
  while (is_blank(*p->at)) p->at++;
  size_t length = strlen(signs[kind]);
  if (strncmp(p->at, signs[kind], length) != 0 || (length == 1 && p->at[1] == p->at[0])) return false;
  p->at += length;
  return true;
}

static struct node *parse_level(struct parser *p, enum node_kind kind) {
  struct node *left = kind == NODE_PIPE ? parse_item(p) : parse_level(p, kind + 1);
  while (!p->failed && operator_take(p, kind)) {
    if (kind == NODE_ALWAYS) {
      // A line may end with `&`.
      while (is_blank(*p->at)) p->at++;
      if (*p->at == 0 || (*p->at == ')' && p->depth > 0)) break;
    }
    struct node *right = kind == NODE_PIPE ? parse_item(p) : parse_level(p, kind + 1);
    left = node_make(kind, left, right);
  }
  return left;
}

struct node *parse_line(const char *line) {
  struct parser p = {.at = line};
  while (is_delimiter(*p.at) || *p.at == '@') p.at++;
  if (*p.at == 0) return NULL;
  struct node *node = parse_level(&p, NODE_ALWAYS);
  if (!p.failed && *p.at != 0) complain(&p, p.at);
  if (!p.failed) return node;
  session.error_level = 1;
  node_free(node);
  return NULL;
}
