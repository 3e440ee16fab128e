import { execFile } from 'node:child_process';

export interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  /** Why it failed: its first line of stderr, or that it could not be run. */
  readonly why: string;
}

/** Runs a program to its end, 20 s at most; never rejects. */
export const runProgram = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(file, args, { env, timeout: 20_000, windowsHide: true }, (error, stdout, stderr) => {
      const why =
        stderr
          .trim()
          .split(/\r?\n/u)
          .find((line) => line.trim() !== '') ??
        error?.message.split('\n', 1)[0] ??
        '';
      resolve({ ok: error === null, stdout, why });
    });
  });
