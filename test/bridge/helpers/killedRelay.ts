/**
 * Relays numbers to a log of small segments until it is killed; prints a line when segments are written over others.
 * For relay.test.ts: killedRelay.js <library> <folder> <log folder>
 */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEdgeHcs } from '#src/bridge/edgeHcs.js';
import { DIST } from './stub.js';

const [, , library = '', pipeFolder = '', logFolder = ''] = process.argv;
const hcs = await createEdgeHcs({ distFolder: DIST, backend: 'simulator', library, pipeFolder });
const { system } = await hcs.createComputeSystem('a', '{}');
const made = await hcs.createProcess(system, '{"CommandLine":"exec seq -w 1 9000000"}');
await hcs.startRelay(made.process, {
  logFolder,
  segmentBytes: 200_000,
  segments: 2,
  foreground: [],
  stdin: false,
  attachTimeoutMs: 60_000,
});
while (fs.readdirSync(logFolder).includes('000001.log')) await sleep(1);
process.stdout.write('over\n');
await sleep(60_000);
