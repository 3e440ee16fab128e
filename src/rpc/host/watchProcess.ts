/** Calls back when a process of this machine has died. */
const EVERY_MS = 500;

/** `gone` is called at most once. Answers null when there is no such process to begin with (another machine's, another namespace's). */
export function watchProcess(pid: number, gone: () => void): (() => void) | null {
  if (!isAlive(pid)) return null;
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    gone();
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
