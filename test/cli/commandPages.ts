/** docs/cli from the table of commands: docs.test.ts compares, and with HCS_UPDATE_DOCS=1 writes. */
import { GROUPS } from '#src/cli/command.js';
import type { CommandEntry, CommandTable, OptionEntry, PositionalEntry } from '#src/cli/commandTable.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
const fileOf = (name: string): string => `${name.replaceAll(' ', '-')}.md`;

function optionRow({ name, short, aliases, kind, placeholder, describe }: OptionEntry): string {
  const names = [`--${name}`, ...aliases.map((alias) => `--${alias}`), ...(short === undefined ? [] : [`-${short}`])];
  const value = placeholder === undefined ? '' : ` ${cell(placeholder)}`;
  const again = kind === 'list' ? ' (may be given again)' : '';
  return `| ${names.map((text) => `\`${text}\``).join(', ')}${value} | ${cell(describe)}${again} |`;
}

const optionTable = (options: readonly OptionEntry[]): readonly string[] => [
  '| option | |',
  '| --- | --- |',
  ...options.map(optionRow),
];

const word = ({ name, required, variadic }: PositionalEntry): string => {
  const text = `${name.toUpperCase()}${variadic ? '...' : ''}`;
  return required ? text : `[${text}]`;
};

function page(command: CommandEntry): string {
  const { name, aliases, describe, options, positionals, examples, notes, halt } = command;
  return [
    `# hcs ${name}`,
    `${describe}.`,
    ['```', ['hcs', name, '[options]', ...positionals.map(word)].join(' '), '```'].join('\n'),
    ...(aliases.length === 0 ? [] : [`Other names: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`]),
    ...(positionals.length === 0 ? [] : [positionals.map((one) => `- \`${word(one)}\`: ${one.describe}`).join('\n')]),
    ...(options.length === 0 ? [] : ['## Options', optionTable(options).join('\n')]),
    'And the [options of every verb](README.md#options-of-every-verb).',
    ...(halt
      ? ['Options end at the first word that is none; what follows is not looked at. `--` may stand before it.']
      : []),
    ...notes,
    '## Examples',
    ...examples.map(({ shell, line, about }) => `${about}:\n\n\`\`\`${shell}\n${line}\n\`\`\``),
  ].join('\n\n');
}

function index({ globals, commands }: CommandTable, intro: string): string {
  const groups = GROUPS.map((group) => {
    const rows = commands
      .filter((command) => command.group === group)
      .map(({ name, describe }) => `| [${name}](${fileOf(name)}) | ${cell(describe)} |`);
    return [`## ${group}`, ['| verb | |', '| --- | --- |', ...rows].join('\n')].join('\n\n');
  });
  return [intro.trim(), ...groups, '## Options of every verb', optionTable(globals).join('\n')].join('\n\n');
}

/** Each page by its file name; `intro` is the hand-written part of README.md. */
export const commandPages = (table: CommandTable, intro: string): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', index(table, intro)],
    ...table.commands.map((command) => [fileOf(command.name), page(command)] as const),
  ]);
