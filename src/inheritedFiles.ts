/** File descriptors that a process was started with and never asked for: a shell's, a build tool's, a CI runner's. */
import { closeSync, readdirSync, readFileSync } from 'node:fs';

const FOLDER = '/proc/self/fdinfo';
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes them all but stdin, stdout and stderr, on Linux, where they can be told: what this process opens itself is marked close-on-exec.
 * Otherwise whoever reads the other end of a pipe (`hcs list > >(tee log)`) would wait for the end of a process that lives on. To be called before
 * anything native is loaded, which may forget the mark.
 */
export function closeInheritedFiles(): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync(FOLDER)) {
    const fd = Number(name);
    if (fd <= 2) continue;
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${FOLDER}/${name}`, 'latin1'))?.[1];
      if (flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) closeSync(fd);
    } catch {
      // The one with which the folder was read is closed by now.
    }
  }
}
