import { readFile } from 'node:fs/promises';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { homePaths } from '../../home/paths.js';
import { listing, type Outcome } from '../output/outcome.js';
import { integer } from '../parse/numbers.js';

async function lines(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw e;
  }
}

export default defineCommand({
  name: 'engine logs',
  describe: "The engine's own log; starts no engine",
  group: 'Service',
  options: { tail: value('N', 'only the last N lines; default 100', { short: 'n', parse: integer(0) }) },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine logs --tail 20', about: 'what it did last' },
    {
      shell: 'powershell',
      line: "(hcs engine logs | ConvertFrom-Json).items | ? { $_.line -match 'error' }",
      about: 'only errors',
    },
  ],
  async handler({ options }, context): Promise<Outcome> {
    const { engineLog } = homePaths(await context.home());
    const last = [...(await lines(`${engineLog}.1`)), ...(await lines(engineLog))];
    const count = options.tail ?? 100;
    const items = (count === 0 ? [] : last.slice(-count)).map((line) => ({ line }));
    return listing('engine-logs', items, {
      extra: { file: engineLog },
      quiet: (item) => item.line,
      empty: 'nothing logged yet',
      columns: [{ title: 'LINE', get: (item) => item.line }],
    });
  },
});
