/** The real process as a {@link Host}, but for `connect` and `serve`, which the entry brings. */
import type { Host, SignalName } from './context.js';

export function processHost(parts: Pick<Host, 'connect' | 'serve'>): Host {
  const { stdout, stderr } = process;
  // A reader that has gone shows in the write that meets it.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return {
    // Only looked at when a verb reads it: opening it keeps a process alive.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env: process.env,
    platform: process.platform,
    cwd: process.cwd(),
    onSignal: (signal: SignalName, listener: () => void) => {
      process.on(signal, listener);
      return () => {
        process.off(signal, listener);
      };
    },
    leave: (status) => {
      process.exit(status);
    },
    ...parts,
  };
}
