/** What run, exec and attach answer when their program has ended, and what they write for `--report`. */
import { promises as files } from 'node:fs';
import { invalidRequest } from '../../core/errors.js';
import { asciiJson } from '../../core/json/ascii.js';
import type { Context } from '../context.js';
import { programStatus } from '../output/exitStatus.js';
import { failureDocument, type FailureDocument } from '../output/failure.js';
import { document, status, type Outcome } from '../output/outcome.js';
import { exitFields, exitTimes } from '../output/people.js';
import { envelope } from '../output/render.js';
import type { Attended } from './attend.js';
import type { Capture } from './capture.js';

/** As timeout(1): the program was ended because its time was over. */
const TIMED_OUT = 124;

export interface Captured {
  readonly stdout: Capture;
  readonly stderr: Capture;
}

function capturedFields({ stdout, stderr }: Captured): Readonly<Record<string, unknown>> {
  const [out, err] = [stdout.result(), stderr.result()];
  return {
    stdout: out.text,
    stderr: err.text,
    ...(out.base64 === undefined ? {} : { stdoutBase64: out.base64 }),
    ...(err.base64 === undefined ? {} : { stderrBase64: err.base64 }),
    truncated: stdout.truncated || stderr.truncated,
    stdoutBytes: stdout.bytes,
    stderrBytes: stderr.bytes,
  };
}

async function writeReport(file: string | undefined, report: unknown): Promise<void> {
  if (file !== undefined) await files.writeFile(file, `${asciiJson(report)}\n`);
}

/** Makes sure, before anything is done, that the report can be written, and that no old one is taken for it. */
async function clearReport(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await files.writeFile(file, '');
  } catch (e) {
    const reason = (e as NodeJS.ErrnoException).code ?? String(e);
    throw invalidRequest(
      `--report ${file} cannot be written: ${reason}`,
      [{ path: '--report', expected: 'a file that can be written', got: `${file} (${reason})` }],
      'check the path; its folder must be there',
    );
  }
}

/** A failure as the report has it: with the hint that people get. */
async function advised(e: unknown, verb: string): Promise<FailureDocument> {
  const failure = failureDocument(e);
  const { advice } = await import('../output/advice.js');
  const hint = failure.error.hint ?? advice(failure.error, verb);
  return hint === undefined ? failure : { ...failure, error: { ...failure.error, hint } };
}

/** Runs `work` of `verb`; what it throws goes into the report file too. */
export async function reporting<T>(verb: string, file: string | undefined, work: () => Promise<T>): Promise<T> {
  await clearReport(file);
  try {
    return await work();
  } catch (e) {
    // The failure itself is what matters; it is told in any case.
    await advised(e, verb)
      .then((failure) => writeReport(file, failure))
      .catch(() => undefined);
    throw e;
  }
}

/** attach has left a program that runs on: its time was over (`overTime`), or its own input. */
export async function leftOutcome(
  names: Readonly<Record<string, unknown>>,
  overTime: Outcome | undefined,
  reportFile: string | undefined,
): Promise<Outcome> {
  await writeReport(reportFile, envelope('attach', { ...names, left: overTime === undefined ? 'stdin' : 'timeout' }));
  return overTime ?? status(0);
}

/** The program's end as our own. That it was we who ended it is said on stderr, where no document tells it. */
export async function programOutcome(
  noun: 'run' | 'exec' | 'attach',
  names: Readonly<Record<string, unknown>>,
  attended: Attended,
  captured: Captured | undefined,
  reportFile: string | undefined,
  context: Context,
): Promise<Outcome> {
  const { exit, timedOut, interrupted } = attended;
  const code = timedOut ? TIMED_OUT : programStatus(exit, context.host.platform);
  const body = {
    ...names,
    ...exitFields(exit),
    ...exitTimes(exit),
    timedOut,
    ...(interrupted === undefined ? {} : { interrupted }),
  };
  await writeReport(reportFile, envelope(noun, { ...body, status: code }));
  if (captured === undefined) {
    if (timedOut) context.host.stderr.write('hcs: the program was ended: the time of --max-time was over\n');
    return status(code);
  }
  return document(noun, { ...body, ...capturedFields(captured) }, captured.stdout.result().text, { status: code });
}
