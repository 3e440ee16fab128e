/**
 * Relays what a program writes to a log of two small segments, and to a reader that drops it, until it is killed; prints the program's pid, and a
 * line when segments are written over others. Usage: killedRelay.js <library> <folder> <log folder> <segment bytes> <reader: yes or no> <command line>
 */
import fs from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEdgeHcs } from '#src/bridge/edgeHcs.js';
import { DIST } from './stub.js';

const [, , library = '', pipeFolder = '', logFolder = '', segmentBytes = '', reader = '', commandLine = ''] =
  process.argv;
const hcs = await createEdgeHcs({ distFolder: DIST, backend: 'simulator', library, pipeFolder });
const { system } = await hcs.createComputeSystem('a', '{}');
const made = await hcs.createProcess(system, JSON.stringify({ CommandLine: commandLine }));
const { stdout } = await hcs.startRelay(made.process, {
  logFolder,
  segmentBytes: Number(segmentBytes),
  segments: 2,
  foreground: reader === 'yes' ? ['stdout'] : [],
  stdin: false,
  attachTimeoutMs: 60_000,
});
if (stdout !== undefined) net.connect(stdout.path).resume().write(stdout.token);
process.stdout.write(`${made.pid}\n`);
while (fs.readdirSync(logFolder).includes('000001.log')) await sleep(1);
process.stdout.write('over\n');
await sleep(60_000);
