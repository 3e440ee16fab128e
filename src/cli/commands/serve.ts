import { choice, flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { status } from '../output/outcome.js';

/** Containers and engine live on; there is nothing to clean up. */
const INTERRUPTED = 130;

export default defineCommand({
  name: 'serve',
  describe: 'Serve JSON-RPC on stdin and stdout, for editors and scripts',
  group: 'Tools',
  options: {
    stdio: flag('on stdin and stdout (the only way there is)'),
    framing: choice(['content-length', 'ndjson'], 'Content-Length headers (default), or one message a line'),
  },
  positionals: [],
  streams: 'program',
  examples: [
    { shell: 'sh', line: 'hcs serve --stdio', about: 'speaks as language servers do' },
    { shell: 'powershell', line: 'hcs serve --stdio --framing ndjson', about: 'for a script that reads line by line' },
  ],
  notes: [
    'It joins the engine of the home, so that it sees what other commands made; --standalone gives it a private one.',
  ],
  async handler({ options }, context) {
    if (!options.stdio) {
      throw invalidRequest(
        '--stdio is missing',
        [{ path: '--stdio', expected: '--stdio', got: 'nothing' }],
        'usage: hcs serve --stdio',
      );
    }
    const backend = await context.backend();
    context.takeSignals(() => {
      context.host.leave(INTERRUPTED);
    });
    return status(
      await context.host.serve({
        framing: options.framing ?? 'content-length',
        home: await context.home(),
        standalone: context.globals.standalone,
        signal: context.signal,
        ...(backend === undefined ? {} : { backend }),
      }),
    );
  },
});
