/** `hcs doctor` as a page. It is a verb of the command line, since what it looks for may be why there is no host. */
import { execFile } from 'node:child_process';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Located, NotLocated } from './locate.js';

const Check = t.intersection([
  t.type({ name: t.string, ok: t.boolean, detail: t.string }),
  t.partial({ fix: t.string }),
]);
type Check = t.TypeOf<typeof Check>;
const Report = t.type({ checks: t.array(Check) });

const BOUND_MS = 60_000;

function doctorPage(checks: readonly Check[]): string {
  const wrong = checks.filter(({ ok }) => !ok).length;
  const lines = checks.flatMap(({ name, ok, detail, fix }) => [
    `- ${ok ? '✅' : '❌'} **${escape(name)}**: ${escape(detail)}`,
    ...(ok || fix === undefined ? [] : [`  - ${escape(fix)}`]),
  ]);
  const summary = wrong === 0 ? 'All checks passed.' : `${wrong} of ${checks.length} checks failed.`;
  return ['# hcs doctor', '', summary, '', ...lines, ''].join('\n');
}

const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|]/g, '\\$&').replace(/\s+/g, ' ');

export async function doctorText(found: Located | NotLocated, env: Readonly<Record<string, string>>): Promise<string> {
  if ('problem' in found) return doctorPage([{ name: 'hcs', ok: false, detail: found.problem, fix: found.hint }]);
  const where: Check = { name: 'hcs', ok: true, detail: `${found.shown} (${found.source})` };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      found.command,
      [...found.args, 'doctor', '--json'],
      { env: { ...process.env, ...env }, timeout: BOUND_MS, windowsHide: true },
      (error, stdout, stderr) => {
        // Checks that fail are an answer, with status 1.
        if (stdout.trim() !== '') resolve(stdout);
        else reject(new Error(stderr.trim() === '' ? (error?.message ?? 'no answer') : stderr.trim()));
      },
    );
  });
  const report = Report.decode(JSON.parse(output));
  if (E.isLeft(report)) throw new Error(`hcs doctor answered: ${output.slice(0, 500)}`);
  return doctorPage([where, ...report.right.checks]);
}
