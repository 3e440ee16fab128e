/** 500 containers, and 50 of their events a second, spread over all: some pause and resume, some run execs, some come and go. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'hostcompute/client';
import type { SuiteHome } from './home.js';
import { say } from './report.js';

const CONTAINERS = 500;
const RUNNING = 100;
const AT_ONCE = 8;
/** A pause and a resume are an event each. */
const PAIRS_A_SECOND = 22;

const spec = { ociVersion: '1.0.2', process: { cwd: '/', args: ['sleep', '1000'] }, windows: { hyperv: {} } };

export async function load(home: SuiteHome, made: string, signal: AbortSignal): Promise<void> {
  const client = await connect({ home: home.folder, backend: 'simulator' });
  try {
    const began = Date.now();
    const ids = Array.from({ length: CONTAINERS }, (_, i) => `load-${i}`);
    const rest = [...ids];
    const worker = async (): Promise<void> => {
      for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
        await client.create({ id, spec, builtinBase: true });
        if (ids.indexOf(id) < RUNNING) await client.start({ id });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    writeFileSync(made, '');
    say(`${CONTAINERS} containers made in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    for (let turn = 0; !signal.aborted; turn++) {
      const id = ids[turn % RUNNING] ?? '';
      const next = Date.now() + 1000 / PAIRS_A_SECOND;
      await client
        .pause(id)
        .then(() => client.resume(id))
        .catch(() => undefined);
      // Twice a second one comes and goes: create, delete.
      if (turn % PAIRS_A_SECOND === 0) await client.create({ id: `guest-${turn}`, spec, builtinBase: true });
      if (turn % PAIRS_A_SECOND === 11) await client.delete(`guest-${turn - 11}`, true).catch(() => undefined);
      await sleep(Math.max(0, next - Date.now()));
    }
  } finally {
    await client.close();
  }
}
