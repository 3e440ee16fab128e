import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { builtCommandTable } from '../commandTable.js';
import { candidateLines, candidates } from '../complete/candidates.js';
import { leavesToShell, NO_FILES, want } from '../complete/want.js';
import { listing } from '../output/outcome.js';

export default defineCommand({
  name: 'complete',
  describe: 'What a half-written command line can go on with; for completers',
  group: 'Tools',
  options: {
    next: flag('a new word begins after the last one; without it the last word is being written'),
    lines: flag('a candidate a line, VALUE<TAB>TOOLTIP<TAB>KIND, instead of a document'),
  },
  positionals: [{ name: 'word', describe: 'words after hcs; put -- before them', variadic: true }],
  halt: true,
  examples: [
    { shell: 'sh', line: 'hcs complete --next -- stop', about: 'which containers can be stopped' },
    {
      shell: 'powershell',
      line: '(hcs complete "--" run --me | ConvertFrom-Json).items.value',
      about: 'options of run',
    },
  ],
  notes: [
    'It never starts an engine, and gives up on live names after 50 ms (or --timeout).',
    'The scripts of hcs completion ask it; wrappers may, too. KIND is verb, option, value, container, exec, network, endpoint, file or folder.',
    'A single line of KIND none, without a value, says: there is nothing to offer, and names of files would be wrong, too.',
  ],
  async handler({ options, rest }, context) {
    const words = options.next ? rest : rest.slice(0, -1);
    const current = options.next ? '' : (rest.at(-1) ?? '');
    const wanted = want(await builtCommandTable(), words, current);
    if (options.lines) {
      const lines = await candidateLines(context, wanted);
      await context.host.print(lines === '' && !leavesToShell(wanted.want) ? `\t\t${NO_FILES}\n` : lines);
      return { kind: 'status', status: 0 };
    }
    const items = await candidates(context, wanted);
    return listing('complete', items, {
      quiet: (item) => item.value,
      empty: '',
      columns: [
        { title: 'VALUE', get: (item) => item.value },
        { title: 'TOOLTIP', get: (item) => item.tooltip, shrink: true },
      ],
    });
  },
});
