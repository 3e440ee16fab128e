/**
 * 500 containers and 50 events a second: how long the extension host is held up, and what the tree redraws. The suite makes the events. The same is
 * measured without the extension, before it is active and after its host has ended, so that what is VS Code's own can be told apart.
 */
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { heldUp, median, type HeldUp } from './heldUp.js';
import { ownWork } from './ownWork.js';
import { internals, until, type Results } from './results.js';

const CONTAINERS = 500;
const MEASURED_MS = 20_000;
const COLLECTIONS = 5;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Measured extends HeldUp {
  /**
   * Processor time, of all threads, of a full collection at once: V8 marks beside the program when it does one by itself, but what that takes grows
   * with what lives, too.
   */
  readonly collectMs: number;
  readonly liveMB: number;
}

async function collections(): Promise<Pick<Measured, 'collectMs' | 'liveMB'>> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const took: number[] = [];
  for (let i = 0; i < COLLECTIONS; i++) {
    const before = process.cpuUsage();
    collect();
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
    await pause(200);
  }
  return { collectMs: median(took), liveMB: process.memoryUsage().heapUsed / 1e6 };
}

export async function reach({ tell }: Results, made: string): Promise<void> {
  const measure = async (name: string): Promise<Measured> => {
    // Each begins with a heap that has just been collected: none pays for what was before.
    const collected = await collections();
    const { collectMs, liveMB } = collected;
    const told = await heldUp(MEASURED_MS);
    tell(`measured ${name}: ${told.text}`);
    tell(
      `measured ${name}: ${liveMB.toFixed(1)} MB live, a full collection at once takes ${collectMs.toFixed(0)} ms of processor time (median of ${COLLECTIONS})`,
    );
    return { ...told, ...collected };
  };
  await until('500 containers', () => existsSync(made), undefined, 120_000);
  const before = await measure('without the extension');
  const { session, containers } = await internals();
  await vscode.commands.executeCommand('hostcompute.containers.focus');
  await session.ready();
  await containers.getChildren();
  await pause(2000);
  let changes = 0;
  const off = session.store.changed.on(({ changed, structure }) => {
    changes += changed.length + (structure ? 1 : 0);
  });
  const { redraws } = containers;
  const drawn = { ...redraws };
  const beside = await measure('with the extension');
  off();
  tell(
    `measured reach: ${session.store.size} of ${CONTAINERS} containers, ${(changes / (MEASURED_MS / 1000)).toFixed(0)} changes/s; redraws: ${redraws.trees - drawn.trees} of the whole tree, ${redraws.nodes - drawn.nodes} rows asked for, ${redraws.items - drawn.items} rows made; view visible: ${String(containers.view.visible)}`,
  );
  // In a time of its own: a profiler costs something itself.
  const own = await ownWork(MEASURED_MS);
  tell(`measured the extension's own work: ${own.text}`);
  await session.end();
  await vscode.commands.executeCommand('workbench.view.explorer');
  await pause(2000);
  const after = await measure('when its host has ended');
  const ratio = (of: (one: Measured) => number, unit: string): string =>
    `${of(beside).toFixed(0)} ${unit} to ${of(before).toFixed(0)} before and ${of(after).toFixed(0)} after`;
  tell(
    `measured, with the extension to without: ${[
      `computing ${ratio(({ computedMs }) => computedMs, 'ms')}`,
      `without a pause at most ${ratio(({ longestMs }) => longestMs, 'ms')}`,
      `longest full collection ${ratio(({ majorMs }) => majorMs, 'ms')}`,
      `one at once ${ratio(({ collectMs }) => collectMs, 'ms')}`,
      `live ${ratio(({ liveMB }) => liveMB, 'MB')}`,
      `longest pause by the clock ${ratio(({ pauseMs }) => pauseMs, 'ms')}`,
      `the extension's own work, profiled in 20 s of its own, at most ${own.longestMs.toFixed(1)} ms at once`,
    ].join('; ')}`,
  );
}
