/** 500 containers and 50 events a second: how long the extension host is held up, and what the tree redraws. The suite makes the events. */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { internals, until, type Results } from './results.js';

const CONTAINERS = 500;
const MEASURED_MS = 20_000;
const LONG_MS = 30;

/** Of this thread since its start, in ms; where Node cannot tell, of the whole process, with the collector's other threads. */
function computed(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage === undefined ? process.cpuUsage() : threadCpuUsage.call(process);
  return (user + system) / 1000;
}

export async function reach({ tell }: Results): Promise<void> {
  const { session, containers } = await internals();
  await vscode.commands.executeCommand('hostcompute.containers.focus');
  await session.ready();
  await until('500 containers', () => session.store.size >= CONTAINERS);
  await containers.getChildren();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  let events = 0;
  const off = session.store.changed.on(({ changed, structure }) => {
    events += changed.length + (structure ? 1 : 0);
  });
  const { redraws } = containers;
  const before = { ...redraws };
  const gaps: string[] = [];
  let trees = redraws.trees;
  let last = performance.now();
  let used = computed();
  let longest = 0;
  // A gap in which this thread computed is its own; one in which it did not, the machine's.
  const sampler = setInterval(() => {
    const now = performance.now();
    const own = computed();
    longest = Math.max(longest, Math.min(now - last, own - used));
    if (now - last > LONG_MS) {
      const drew = redraws.trees === trees ? '' : ', drew the tree';
      gaps.push(`${(now - last).toFixed(0)} ms of which ${(own - used).toFixed(0)} ms computing${drew}`);
    }
    trees = redraws.trees;
    used = own;
    last = now;
  }, 5);
  let collected = 0;
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collected = Math.max(collected, duration);
  });
  collector.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  tell('measuring');
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  delay.disable();
  clearInterval(sampler);
  collector.disconnect();
  off();
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
  tell(
    `measured reach: ${session.store.size} containers, ${(events / (MEASURED_MS / 1000)).toFixed(0)} changes/s; event loop delay p50 ${ms(delay.percentile(50))} ms, p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms; redraws: ${redraws.trees - before.trees} of the whole tree, ${redraws.nodes - before.nodes} rows asked for, ${redraws.items - before.items} items made`,
  );
  tell(
    `measured: longest time of computing without a pause ${longest.toFixed(0)} ms; gaps over ${LONG_MS} ms: ${gaps.join('; ')}; longest garbage collection ${collected.toFixed(0)} ms; view visible: ${String(containers.view.visible)}`,
  );
}
