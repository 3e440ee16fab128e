import { defineCommand, GROUPS, type AnyCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { nearest } from '../args/usage.js';
import { commandTable } from '../commandTable.js';
import type { Host } from '../context.js';
import { document, type Outcome } from '../output/outcome.js';
import { write } from '../output/write.js';
import { ENTRIES, findEntry, GROUPS_OF_VERBS } from './index.js';

const columns = (host: Host): number => host.stdout.columns ?? 100;

const verbLines = (commands: readonly AnyCommand[], width: number): readonly string[] =>
  commands.map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}`);

/** The verbs that begin with `word` (engine, layer). */
async function groupHelp(word: string): Promise<string> {
  const entries = ENTRIES.filter(({ name }) => name.startsWith(`${word} `));
  const commands = await Promise.all(entries.map((known) => known.load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [`Usage: hcs ${word} VERB ...`, '', ...verbLines(commands, width), '', `More: hcs help ${word} VERB`].join(
    '\n',
  );
}

/** All verbs by group, in the order of the table. */
async function overview(): Promise<string> {
  const commands = await Promise.all(ENTRIES.map((known) => known.load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  const groups = GROUPS.map((group) =>
    [
      `${group}:`,
      ...verbLines(
        commands.filter((command) => command.group === group),
        width,
      ),
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

/** The help of a verb, of a group of verbs by its first word, or of the whole. */
async function helpText(command: AnyCommand | string | undefined, host: Host): Promise<string> {
  if (command === undefined) return overview();
  if (typeof command === 'string') return groupHelp(command);
  const { commandHelp } = await import('../register.js');
  return commandHelp(command, columns(host));
}

/** Prints it; answers the exit status. */
export async function showHelp(command: AnyCommand | string | undefined, host: Host): Promise<number> {
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
    const group = GROUPS_OF_VERBS.has(words) ? words : undefined;
    if (words !== '' && found === undefined && group === undefined) {
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
    const text = await helpText(group ?? (await found?.load()), context.host);
    const asDocument = context.modeAsked && (context.mode === 'json' || context.mode === 'ndjson');
    if (!asDocument) {
      await context.host.print(`${text}\n`);
      return { kind: 'status', status: 0 };
    }
    const { globals, commands: all } = await commandTable();
    const commands = all.filter(
      ({ name }) => words === '' || name === found?.name || (group !== undefined && name.startsWith(`${group} `)),
    );
    return document('help', { globals, commands }, text);
  },
});
