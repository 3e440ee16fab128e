// Drives `hcs serve --stdio` through a whole container lifecycle, the way an editor would: node examples/rpc/lifecycle.mjs
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const hcs = fileURLToPath(new URL('../../dist/bin/hcs.cjs', import.meta.url));
const host = spawn(process.execPath, [hcs, 'serve', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const rpc = createMessageConnection(new StreamMessageReader(host.stdout), new StreamMessageWriter(host.stdin));
const id = `editor-${process.pid}`;
const deleted = new Promise((resolve) =>
  rpc.onNotification('events/event', (event) => {
    if (event.containerId !== id) return;
    console.log(event.sequence, event.type, event.exitCode ?? '');
    if (event.type === 'delete') resolve();
  }),
);
rpc.listen();

await rpc.sendRequest('initialize', {
  processId: process.pid,
  clientInfo: { name: 'lifecycle-example' },
  protocolVersions: [1],
  capabilities: {},
});
await rpc.sendNotification('initialized', {});
await rpc.sendRequest('events/subscribe', {});
const spec = { ociVersion: '1.1.0', process: { cwd: '/', args: ['sh', '-c', 'exit 5'] } };
await rpc.sendRequest('container/create', { id, spec, builtinBase: true });
const { pid } = await rpc.sendRequest('container/start', { id });
console.log('init runs as', pid);
console.log('ended with', (await rpc.sendRequest('container/wait', { id })).exitCode);
await rpc.sendRequest('container/delete', { id });
await deleted;
await rpc.sendRequest('shutdown');
await rpc.sendNotification('exit');
host.once('exit', (code) => console.log('host exited with', code));
