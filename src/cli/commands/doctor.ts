import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { styleOf } from '../output/style.js';
import { visible } from '../output/visible.js';
import { checks } from '../doctor/checks.js';

export default defineCommand({
  name: 'doctor',
  describe: 'Check what hcs needs on this machine, and say how to fix what is missing',
  group: 'Service',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs doctor', about: 'as a list on a terminal' },
    {
      shell: 'powershell',
      line: '(hcs doctor | ConvertFrom-Json).checks | ? { -not $_.ok } | Select name, fix',
      about: 'only what is wrong',
    },
  ],
  notes: ['`ok` is true and the exit status 0 when every check passed.'],
  async handler(_args, context) {
    const found = await context.progress('looking around', () => checks(context));
    const healthy = found.every(({ ok }) => ok);
    const style = styleOf(context.host.stdout, context.host.env);
    const width = Math.max(...found.map(({ name }) => name.length));
    const lines = found.flatMap(({ name, ok, detail, fix }) => [
      `${ok ? style.good('ok  ') : style.bad('FAIL')} ${name.padEnd(width)}  ${visible(detail)}`,
      ...(ok || fix === undefined ? [] : [`${' '.repeat(width + 7)}${visible(fix)}`]),
    ]);
    return document('doctor', { checks: found }, lines.join('\n'), {
      quiet: healthy ? 'ok' : 'not ok',
      ok: healthy,
      status: healthy ? 0 : 1,
    });
  },
});
