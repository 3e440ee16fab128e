/** Writes to the wire and, astray, to stdout. */
import { divertStdout } from '#src/rpc/host/divertStdout.js';

const { wire, restore } = divertStdout();
wire.write('wire 1\n');
process.stdout.write('stray\n');
// eslint-disable-next-line no-console -- what a dependency might do
console.log('stray console');
wire.write('wire 2\n', () => {
  restore();
  process.stdout.write('after\n');
});
