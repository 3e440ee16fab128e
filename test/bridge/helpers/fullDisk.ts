/**
 * Relays a program that writes more than the file size limit under which this process runs; prints what was told and got.
 * For relay.test.ts: fullDisk.js <library> <folder>
 */
import net from 'node:net';
import path from 'node:path';
import { createEdgeHcs } from '#src/bridge/edgeHcs.js';
import { DIST, Recorder } from './stub.js';

const [, , library = '', folder = ''] = process.argv;
const hcs = await createEdgeHcs({ distFolder: DIST, backend: 'simulator', library, pipeFolder: folder });
const seen = new Recorder().listen(hcs);
const { system } = await hcs.createComputeSystem('a', '{}');
const made = await hcs.createProcess(system, '{"CommandLine":"head -c 5000000 /dev/zero"}');
const { stdout } = await hcs.startRelay(made.process, {
  logFolder: path.join(folder, 'log'),
  segmentBytes: 10 << 20,
  segments: 3,
  foreground: ['stdout'],
  stdin: false,
  attachTimeoutMs: 60_000,
});
let got = 0;
const socket = net.connect(stdout?.path ?? '');
socket.write(stdout?.token ?? '');
for await (const part of socket) got += (part as Buffer).length;
await seen.until((n) => n.kind === 'streamEnd' && n.stream === 'stdout');
const failures = seen.all.filter((n) => n.kind === 'logFailed').length;
await hcs.closeProcess(made.process);
await hcs.closeComputeSystem(system);
await hcs.close();
process.stdout.write(JSON.stringify({ got, failures }));
