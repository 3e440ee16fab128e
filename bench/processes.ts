/** What /proc says of a process (Linux). */
import { readdir, readFile } from 'node:fs/promises';

export interface Usage {
  /** Memory that is its own and in use, in KiB. */
  readonly kib: number;
  /** All of its memory that is in use, files that it has mapped with it, in KiB. */
  readonly residentKib: number;
  readonly threads: number;
  /** Processor time so far, in ms. */
  readonly cpuMs: number;
}

const MS_A_TICK = 10;

export async function usage(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    kib: number('RssAnon'),
    residentKib: number('VmRSS'),
    threads: number('Threads'),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_A_TICK,
  };
}

/** Processes whose environment or command line has `text`, and whose command line has `program`. */
export async function processesOf(home: string, program: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [command, environment] = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    if (command?.includes(program) === true && `${command} ${environment ?? ''}`.includes(home))
      found.push(Number(name));
  }
  return found;
}
