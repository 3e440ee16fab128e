import test from 'ava';
import type { Listed, ListedProcess } from '#src/simulator/siloWire.js';
import { statisticsOf } from '#src/simulator/statistics.js';
import type { ComputeSystem } from '#src/simulator/system.js';

test('the processor figures never go back, though an ended process is counted less exactly than a living one', (t) => {
  const system = {
    processor: { user100ns: 0, kernel100ns: 0 },
    endpoints: [],
    peakCommitBytes: 0,
  } as unknown as ComputeSystem;
  const living = { user100ns: 34_000, kernel100ns: 12_000 } as ListedProcess;
  const told = (listed: Partial<Listed>): unknown =>
    (
      statisticsOf(system, { processes: [], endedUser100ns: 0, endedKernel100ns: 0, ...listed }) as {
        Processor: unknown;
      }
    ).Processor;
  const first = { TotalRuntime100ns: 46_000, RuntimeUser100ns: 34_000, RuntimeKernel100ns: 12_000 };
  t.deepEqual(told({ processes: [living] }), first);
  t.deepEqual(told({ endedUser100ns: 30_000 }), first);
  t.like(told({ endedUser100ns: 40_000, endedKernel100ns: 20_000 }), { TotalRuntime100ns: 60_000 });
});
