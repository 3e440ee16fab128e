import { DEFAULT_OWNER } from '../../core/runtime/deps.js';
import { defineCommand } from '../command.js';
import { flag } from '../args/option.js';
import { document } from '../output/outcome.js';
import { containerOptions } from '../spec/options.js';
import { createRequest } from '../spec/request.js';
import { planOutcome } from './plan.js';

const options = { ...containerOptions, 'dry-run': flag('print the documents for HCS and create nothing') };

export default defineCommand({
  name: 'create',
  describe: 'Create a container; its program runs after start',
  group: 'Containers',
  options,
  halt: true,
  positionals: [{ name: 'command', describe: 'program and its arguments', variadic: true }],
  examples: [
    { shell: 'sh', line: 'hcs create --id web --spec config.json', about: 'from an OCI runtime spec' },
    {
      shell: 'powershell',
      line: '$spec | ConvertTo-Json -Depth 20 | hcs create --id web --spec - | ConvertFrom-Json',
      about: 'from a spec made in a script',
    },
  ],
  async handler(args, context) {
    const { request, warnings: given } = await createRequest(args, context);
    const client = await context.connect();
    if (args.options['dry-run']) {
      const report = await client.plan({ owner: DEFAULT_OWNER, ...request }, context.call);
      return planOutcome({ ...report, warnings: [...report.warnings, ...given] });
    }
    const made = await client.create(request, context.call);
    const { id } = made;
    const warnings = [...made.warnings, ...given];
    return document('create', { id, warnings }, id, { quiet: id });
  },
});
