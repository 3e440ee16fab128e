/** 500 containers and 50 events a second: how long the extension host is held up, and what the tree redraws. The suite makes the events. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { internals, until, type Results } from './results.js';

const CONTAINERS = 500;
const MEASURED_MS = 20_000;

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
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  tell('measuring');
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  delay.disable();
  off();
  const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
  tell(
    `measured reach: ${session.store.size} containers, ${(events / (MEASURED_MS / 1000)).toFixed(0)} changes/s; event loop delay p50 ${ms(delay.percentile(50))} ms, p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms; redraws: ${redraws.trees - before.trees} of the whole tree, ${redraws.nodes - before.nodes} rows asked for, ${redraws.items - before.items} items made`,
  );
}
