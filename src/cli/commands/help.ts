import { defineCommand, GROUPS, type AnyCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { nearest } from '../args/usage.js';
import { commandTable } from '../commandTable.js';
import type { Host } from '../context.js';
import { document, type Outcome } from '../output/outcome.js';
import { write } from '../output/write.js';
import { ENTRIES, findEntry } from './index.js';

const columns = (host: Host): number => host.stdout.columns ?? 100;

/** All verbs by group, in the order of the table. */
async function overview(): Promise<string> {
  const commands = await Promise.all(ENTRIES.map((known) => known.load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  const groups = GROUPS.map((group) =>
    [
      `${group}:`,
      ...commands
        .filter((command) => command.group === group)
        .map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}`),
    ].join('\n'),
  );
  return [
    'hcs: containers on the Windows Host Compute Service',
    'Usage: hcs [options] VERB ...',
    ...groups,
    'More about a verb: hcs help VERB. Output is a table on a terminal and JSON elsewhere (--json, --output).',
    "First steps:\n  hcs run --rm -- sh -c 'echo hello'\n  (hcs list | ConvertFrom-Json).items      # PowerShell",
  ].join('\n\n');
}

/** The help of a verb, or of the whole. */
export async function helpText(command: AnyCommand | undefined, host: Host): Promise<string> {
  if (command === undefined) return overview();
  const { commandHelp } = await import('../register.js');
  return commandHelp(command, columns(host));
}

/** Prints it; answers the exit status. */
export async function showHelp(command: AnyCommand | undefined, host: Host): Promise<number> {
  await write(host.stdout, `${await helpText(command, host)}\n`);
  return 0;
}

export default defineCommand({
  name: 'help',
  describe: 'Help for a verb, or the list of verbs',
  group: 'Tools',
  options: {},
  positionals: [{ name: 'verb', describe: 'a verb', variadic: true }],
  examples: [
    { shell: 'sh', line: 'hcs help run', about: 'options and examples' },
    { shell: 'powershell', line: '(hcs help --json | ConvertFrom-Json).commands.name', about: 'the table of commands' },
  ],
  async handler({ rest }, context): Promise<Outcome> {
    const words = rest.join(' ');
    const found = words === '' ? undefined : findEntry(words);
    if (words !== '' && found === undefined) {
      const near = nearest(
        words,
        ENTRIES.map(({ name }) => name),
      );
      throw invalidRequest(
        `unknown verb "${words}"${near === undefined ? '' : `, did you mean "${near}"?`}`,
        [{ path: 'verb', expected: near ?? 'a verb', got: words }],
        'see: hcs help',
      );
    }
    const text = await helpText(await found?.load(), context.host);
    const asDocument = context.modeAsked && (context.mode === 'json' || context.mode === 'ndjson');
    if (!asDocument) {
      await write(context.host.stdout, `${text}\n`);
      return { kind: 'status', status: 0 };
    }
    const { globals, commands: all } = await commandTable();
    const commands = found === undefined ? all : all.filter(({ name }) => name === found.name);
    return document('help', { globals, commands }, text);
  },
});
