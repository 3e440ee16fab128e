import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { consoleSize, integer } from '../parse/numbers.js';
import { shown } from '../args/decode.js';
import { value } from '../args/option.js';
import type { ConsoleSize } from '../spec/compose.js';
import { invalidRequest } from '../../core/errors.js';
import { execField, execOption, idPositional } from './shared.js';

function wanted(size: string | undefined, width: number | undefined, height: number | undefined): ConsoleSize {
  if (size === undefined && width !== undefined && height !== undefined) return { width, height };
  const parsed = consoleSize(size ?? '');
  if ('value' in parsed && width === undefined && height === undefined) return parsed.value;
  const expected = 'value' in parsed ? 'no --width or --height beside it' : parsed.expected;
  throw invalidRequest(
    size === undefined ? 'the size is missing' : `size: expected ${expected}, got "${shown(size)}"`,
    [{ path: 'size', expected, got: size === undefined ? 'nothing' : shown(size) }],
    'for example: hcs resize web 120x30',
  );
}

export default defineCommand({
  name: 'resize',
  describe: 'Change the size of a terminal in a container',
  group: 'Processes',
  options: {
    width: value('COLUMNS', 'columns, 1 to 65535', { parse: integer(1, 65_535) }),
    height: value('ROWS', 'rows, 1 to 65535', { parse: integer(1, 65_535) }),
    ...execOption,
  },
  positionals: [
    idPositional,
    { name: 'size', describe: 'columns x rows, such as 120x30; or use --width and --height' },
  ],
  examples: [
    { shell: 'sh', line: 'hcs resize web 120x30', about: 'the first process' },
    {
      shell: 'powershell',
      line: 'hcs resize web --exec-id shell "$([Console]::WindowWidth)x$([Console]::WindowHeight)"',
      about: 'an exec',
    },
  ],
  async handler({ options, words: { id = '', size } }, context) {
    const { width, height } = wanted(size, options.width, options.height);
    const client = await context.connect();
    await client.resize(id, options['exec-id'], width, height, context.call);
    return document('resize', { id, ...execField(options['exec-id']), width, height }, id, { quiet: id });
  },
});
