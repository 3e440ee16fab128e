import { flag } from '../args/option.js';
import { defineCommand } from '../command.js';
import { attend } from '../foreground/attend.js';
import { OWN_FAILURE, programStatus } from '../output/exitStatus.js';
import { status } from '../output/outcome.js';
import { execField, execOption, idPositional } from './shared.js';

export default defineCommand({
  name: 'attach',
  describe: 'Follow the output of a running program until it ends',
  group: 'Processes',
  options: { ...execOption, replay: flag('first what it wrote before, as far as the log goes back') },
  positionals: [idPositional],
  streams: 'program',
  failureStatus: OWN_FAILURE,
  examples: [
    { shell: 'sh', line: 'hcs attach web', about: 'its exit status becomes ours; Ctrl+C leaves it running' },
    { shell: 'powershell', line: 'hcs attach web --replay | Select-String error', about: 'watch for a word' },
  ],
  async handler({ options, words: { id = '' } }, context) {
    const client = await context.connect();
    const state = await client.state(id, context.call);
    const ended = state.exitedAt !== null;
    const { exit } = await attend({
      context,
      client,
      target: { id, ...execField(options['exec-id']) },
      stdio: {},
      stdout: () => context.host.stdout,
      stderr: () => context.host.stderr,
      tty: false,
      from: options.replay || ended ? 0 : 'end',
      interrupt: 'leave',
    });
    return status(programStatus(exit, context.host.platform));
  },
});
