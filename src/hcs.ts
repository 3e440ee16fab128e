/**
 * The command `hcs`: the command line with its two ways into the rest of the house. Nothing else is loaded before a verb asks for it.
 */
import type { ServeRequest } from './cli/context.js';
import { main } from './cli/main.js';
import { processHost } from './cli/process.js';

/** `serve --stdio`: our stdio joined to the engine's socket. */
async function serve({ framing, home, backend, standalone, signal }: ServeRequest): Promise<number> {
  const [{ serveStdio }, { divertStdout }, { withEngine }, { connectSocket }] = await Promise.all([
    import('./rpc/host/stdio.js'),
    import('./rpc/host/divertStdout.js'),
    import('./rpc/client/launchEngine.js'),
    import('./rpc/transport/socket.js'),
  ]);
  const { wire } = divertStdout();
  return serveStdio({
    input: process.stdin,
    output: wire,
    framing,
    connectEngine: () =>
      withEngine({ home, backend, standalone, signal }, ({ endpoint, key }) =>
        connectSocket({ endpoint, key, signal }),
      ),
    complain: (line) => {
      process.stderr.write(`hcs: ${line}\n`);
    },
  });
}

const host = processHost({
  connect: async (options) => (await import('./rpc/client/connect.js')).connect(options),
  serve,
});

void main(process.argv.slice(2), host).then((status) => {
  // Not process.exit: what was written to a pipe may still be on its way.
  process.exitCode = status;
});
