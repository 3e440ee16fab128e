/**
 * The command `hcs`: the command line with its two ways into the rest of the house. Nothing else is loaded before a verb asks for it.
 */
import { main } from './cli/main.js';
import { processHost } from './cli/process.js';

const host = processHost({
  connect: async (options) => (await import('./rpc/client/connect.js')).connect(options),
  serve: async (request) => (await import('./rpc/host/serveProcess.js')).serveProcess(request),
});

void main(process.argv.slice(2), host).then((status) => {
  // Not process.exit: what was written to a pipe may still be on its way.
  process.exitCode = status;
});
