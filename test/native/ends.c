/*
 * Fetches a program's pipe ends from a silo, as the stand-in does, and becomes their user: `ends <socket> <32 hex digits> <mask>` copies
 * its stdin to the program's stdin, the program's stdout to its stdout, stderr to stderr. Prints nothing of its own. 3: refused.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/** One read and its write; false at the end. */
static int copy(int from, int to) {
  char bytes[65536];
  ssize_t got = read(from, bytes, sizeof bytes);
  for (ssize_t at = 0; at < got;) {
    ssize_t put = write(to, bytes + at, (size_t)(got - at));
    if (put <= 0) return 0;
    at += put;
  }
  return got > 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) return 2;
  unsigned char ticket[16], answer = 9;
  for (int i = 0; i < 16; i++) sscanf(argv[2] + 2 * i, "%2hhx", &ticket[i]);
  if (write(s, ticket, 16) != 16) return 2;
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(3 * sizeof(int))];
  } control;
  struct iovec part = {&answer, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (recvmsg(s, &message, 0) != 1 || answer != 0) return 3;
  int received[3] = {-1, -1, -1}, ends[3] = {-1, -1, -1}, next = 0, mask = atoi(argv[3]);
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (c != NULL) memcpy(received, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
  for (int i = 0; i < 3; i++)
    if ((mask >> i & 1) != 0) ends[i] = received[next++];

  struct pollfd polled[3] = {{ends[0] >= 0 ? 0 : -1, POLLIN, 0}, {ends[1], POLLIN, 0}, {ends[2], POLLIN, 0}};
  while (polled[1].fd >= 0 || polled[2].fd >= 0) {
    if (poll(polled, 3, -1) < 0) return 1;
    for (int i = 0; i < 3; i++) {
      if (polled[i].revents == 0) continue;
      if (i == 0 ? copy(0, ends[0]) : copy(ends[i], i)) continue;
      close(i == 0 ? ends[0] : ends[i]);
      polled[i].fd = -1;
    }
  }
  return 0;
}
