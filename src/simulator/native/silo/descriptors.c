#include "silo.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

bool pipe_make(int ends[2]) {
#ifdef __APPLE__
  if (pipe(ends) != 0) return false;
  set_cloexec(ends[0]);
  set_cloexec(ends[1]);
  return true;
#else
  return pipe2(ends, O_CLOEXEC) == 0;
#endif
}

void set_nonblocking(int descriptor) { fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

void set_cloexec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

void close_end(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

void descriptors_tidy(void) {
  int null;
  do null = open("/dev/null", O_RDWR | O_CLOEXEC);
  while (null >= 0 && null <= 2);
  if (null >= 0) close(null);
#ifdef SYS_close_range
  syscall(SYS_close_range, 4u, ~0u, 0u);
#endif
}
