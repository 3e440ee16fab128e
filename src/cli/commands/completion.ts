import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { document } from '../output/outcome.js';
import { distFolder } from '../packageRoot.js';

const SHELLS = ['powershell', 'bash', 'zsh'] as const;
type Shell = (typeof SHELLS)[number];

/** As people call it who start it: pwsh. */
const named = (text: string): string => (text === 'pwsh' ? 'powershell' : text);
const isShell = (text: string): text is Shell => (SHELLS as readonly string[]).includes(text);

/** `completions/` beside `dist`. */
const script = (shell: Shell): string =>
  readFileSync(join(distFolder(), '..', 'completions', `hcs.${shell === 'powershell' ? 'ps1' : shell}`), 'utf8');

export default defineCommand({
  name: 'completion',
  describe: 'The script that makes a shell complete hcs',
  group: 'Tools',
  options: {},
  positionals: [{ name: 'shell', describe: 'powershell, bash or zsh', required: true, choices: SHELLS }],
  examples: [
    { shell: 'sh', line: 'hcs completion bash > ~/.local/share/bash-completion/completions/hcs', about: 'once' },
    {
      shell: 'powershell',
      line: 'hcs completion powershell | Out-String | Invoke-Expression',
      about: 'in $PROFILE',
    },
  ],
  notes: [
    'Or at each start: source <(hcs completion bash) in ~/.bashrc, source <(hcs completion zsh) in ~/.zshrc.',
    'The script is printed as it is; with --json it is the member "script" of a document.',
  ],
  async handler({ words }, context) {
    const shell = named(words['shell'] ?? '');
    if (!isShell(shell))
      throw invalidRequest(`there is no completion for "${shell.slice(0, 40)}"`, [
        { path: 'shell', expected: SHELLS.join(', '), got: shell.slice(0, 40) },
      ]);
    const text = script(shell);
    if (context.modeAsked && (context.mode === 'json' || context.mode === 'ndjson'))
      return document('completion', { shell, script: text }, text);
    await context.host.print(text);
    return { kind: 'status', status: 0 };
  },
});
