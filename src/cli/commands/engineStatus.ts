import { defineCommand } from '../command.js';
import { isRuntimeError } from '../../core/errors.js';
import type { EngineStatus } from '../../rpc/client/index.js';
import type { Context } from '../context.js';
import { document, type Outcome } from '../output/outcome.js';

type Status =
  | EngineStatus
  | {
      readonly running: false;
      readonly pid: null;
      readonly version: null;
      readonly startedAt: null;
      readonly backend: null;
      readonly clients: 0;
    };

/** What the engine says of itself; one that does not run has no figures. Starts none. */
export async function engineStatus(context: Context): Promise<Status> {
  try {
    const client = await context.connectIfRunning();
    if (client !== undefined) return await client.engineStatus(context.call);
  } catch (e) {
    // It was just ending.
    if (!isRuntimeError(e) || e.code !== 'unavailable' || e.details.phase !== undefined) throw e;
  }
  return { running: false, pid: null, version: null, startedAt: null, backend: null, clients: 0 };
}

export function statusOutcome(noun: string, status: Status, home: string): Outcome {
  const text = status.running
    ? `running, pid ${status.pid}, version ${status.version}, backend ${status.backend}, since ${status.startedAt}, clients: ${status.clients}`
    : 'not running';
  return document(noun, { ...status, home }, text, { quiet: status.running ? String(status.pid) : '' });
}

export default defineCommand({
  name: 'engine status',
  describe: 'Whether the engine runs, and which; starts none',
  group: 'Service',
  options: {},
  positionals: [],
  examples: [
    { shell: 'sh', line: 'hcs engine status', about: 'process id, version, backend' },
    { shell: 'powershell', line: '(hcs engine status | ConvertFrom-Json).running', about: 'true or false' },
  ],
  handler: async (_args, context) => statusOutcome('engine-status', await engineStatus(context), await context.home()),
});
