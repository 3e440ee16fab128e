/** Finds or starts the engine of a home and prints its pid. For engine.test.ts. */
import { withEngine } from '#src/rpc/client/launchEngine.js';
import { connectSocket } from '#src/rpc/transport/socket.js';

const [home, entry] = process.argv.slice(2);
const pid = await withEngine({ home, entry, backend: 'simulator', timeoutMs: 60_000 }, async (address) => {
  (await connectSocket({ endpoint: address.endpoint, key: address.key, timeoutMs: 60_000 })).end();
  return address.pid;
});
process.stdout.write(String(pid));
