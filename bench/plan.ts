/** A plan, by request over the engine's socket, beside reading and writing the same spec as JSON. Its reach is a time. */
import { connect } from '#src/rpc/client/index.js';
import type { Installation } from './installation.js';
import { atMost, pairwise, type Row } from './measure.js';

const REACH_US = 5000;
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** Larger than what Docker sends: 40 layers, 40 mounts, 100 variables. */
const SPEC = {
  ociVersion: '1.1.0',
  process: { args: ['cmd', '/c', 'ver'], cwd: 'C:\\', env: times(100, (i) => `VARIABLE_${i}=value ${i}`) },
  root: { path: '\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\' },
  mounts: times(40, (i) => ({ source: `C:\\source\\${i}`, destination: `C:\\target\\${i}`, options: ['ro'] })),
  windows: { layerFolders: times(40, (i) => `C:\\layers\\${i}`) },
};

/** Microseconds a plan, one after the other. */
async function each(count: number, work: () => unknown): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < count; i++) await work();
  return ((performance.now() - began) * 1000) / count;
}

export async function planRows(installation: Installation, rounds: number, short: boolean): Promise<readonly Row[]> {
  const client = await connect({ home: installation.home, backend: 'simulator' });
  try {
    const count = short ? 20 : 300;
    const text = JSON.stringify(SPEC);
    const row = atMost(
      'container/plan of a spec with 40 layers and 40 mounts',
      'JSON.parse and JSON.stringify of the spec',
      'us',
      0,
      await pairwise(
        short ? 1 : rounds,
        () => each(count, () => client.plan({ spec: SPEC })),
        () => each(count, () => JSON.stringify(JSON.parse(text))),
      ),
    );
    return [{ ...row, reach: '<= 5 ms', verdict: row.ours.median <= REACH_US ? 'reached' : 'not yet' }];
  } finally {
    await client.close();
  }
}
