import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { RuntimeError } from '../../core/errors.js';
import { homePaths } from '../../home/paths.js';
import { checkHome } from '../../home/prepareHome.js';
import { document } from '../output/outcome.js';
import { stopEngine } from './engineEnd.js';

export default defineCommand({
  name: 'engine uninstall',
  describe: 'End the engine for good; with --purge remove records, events and logs too',
  group: 'Service',
  options: {
    purge: flag('remove the records, events and logs of this home'),
    force: flag('also when containers run or others are connected', { short: 'f' }),
  },
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine uninstall --purge', about: 'leave nothing behind' },
    { shell: 'powershell', line: 'hcs engine uninstall | ConvertFrom-Json', about: 'keep the records' },
  ],
  async handler({ options }, context) {
    const home = await context.home();
    const paths = homePaths(home);
    // Makes sure that the folder is a home of ours before anything in it is removed.
    const exists = checkHome(home);
    if (exists && options.purge && !options.force) {
      const client = await context.connect();
      const { items } = await client.list(false, context.call);
      const live = items.filter(({ status }) => status !== 'stopped' && status !== 'failed').map(({ id }) => id);
      if (live.length > 0) {
        throw new RuntimeError('failedPrecondition', `containers still live: ${live.join(', ')}`, {
          hint: 'delete them, or say --force',
        });
      }
    }
    const stopped = exists ? await stopEngine(options.force, context) : false;
    const removed: string[] = [];
    if (exists && options.purge) {
      const files = [
        paths.engineFile,
        paths.engineLog,
        `${paths.engineLog}.1`,
        `${paths.engineLog}.2`,
        paths.spawnGuard,
        paths.store,
        paths.containers,
        paths.simulator,
        paths.engineLock,
        join(home, 'scratch'),
      ];
      for (const file of files) {
        await rm(file, { recursive: true, force: true });
        removed.push(file);
      }
    }
    return document(
      'engine-uninstall',
      { stopped, purged: removed.length > 0, home },
      removed.length > 0 ? `removed the contents of ${home}` : 'done',
      { quiet: '' },
    );
  },
});
