import { resolve } from 'node:path';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { styleOf } from '../output/style.js';
import { visible } from '../output/visible.js';
import { writeBundle } from '../doctor/bundle.js';
import { checks } from '../doctor/checks.js';

export default defineCommand({
  name: 'doctor',
  describe: 'Check what hcs needs on this machine, and say how to fix what is missing',
  group: 'Service',
  options: {
    bundle: value(
      'FILE',
      'also write what a bug report needs to this file: versions, checks, logs and trace, without secrets',
    ),
  },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs doctor', about: 'as a list on a terminal' },
    {
      shell: 'powershell',
      line: '(hcs doctor | ConvertFrom-Json).checks | ? { -not $_.ok } | Select name, fix',
      about: 'only what is wrong',
    },
    {
      shell: 'sh',
      line: 'hcs doctor --bundle report.json',
      about: 'for a bug report; look through it before you send it',
    },
  ],
  notes: ['`ok` is true and the exit status 0 when every check passed.'],
  async handler({ options }, context) {
    const found = await context.progress('looking around', () => checks(context));
    const { bundle } = options;
    const written = bundle === undefined ? undefined : { path: resolve(context.host.cwd, bundle), bytes: 0 };
    if (written !== undefined) written.bytes = await writeBundle(context, written.path, found);
    const healthy = found.every(({ ok }) => ok);
    const style = styleOf(context.host.stdout, context.host.env);
    const width = Math.max(...found.map(({ name }) => name.length));
    const lines = found.flatMap(({ name, ok, detail, fix }) => [
      `${ok ? style.good('ok  ') : style.bad('FAIL')} ${name.padEnd(width)}  ${visible(detail)}`,
      ...(ok || fix === undefined ? [] : [`${' '.repeat(width + 7)}${visible(fix)}`]),
    ]);
    if (written !== undefined)
      lines.push('', `written to ${visible(written.path)}; look through it before you send it`);
    return document(
      'doctor',
      { checks: found, ...(written === undefined ? {} : { bundle: written }) },
      lines.join('\n'),
      {
        quiet: healthy ? 'ok' : 'not ok',
        ok: healthy,
        status: healthy ? 0 : 1,
      },
    );
  },
});
