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
  // Sooner than by itself, but not while something that was written to a pipe is still on its way.
  if (host.settled()) process.exit(status);
  process.exitCode = status;
});
