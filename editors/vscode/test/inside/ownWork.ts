/** What of this thread's time is the extension's own, by the samples of V8's profiler: each says which functions were being run. */
import { readFileSync } from 'node:fs';
import { Session, type Profiler, type Runtime } from 'node:inspector/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, join } from 'node:path';
import { extension } from './results.js';

const SAMPLE_US = 500;
const OWN = '/editors/vscode/dist/extension.cjs';
const IDLE = '(idle)';
const COLLECTING = '(garbage collector)';

export interface OwnWork {
  readonly text: string;
  /** In all, by the clock. */
  readonly ownMs: number;
  /** By the clock, without anybody else's in between but the collector's; with what others' functions did that it had called. */
  readonly longestMs: number;
}

interface Piece {
  readonly ms: number;
  /** V8's collector began while it was at work: that collects what everybody has left. */
  readonly collectingMs: number;
  readonly of: string;
}

export async function ownWork(forMs: number): Promise<OwnWork> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    await session.post('Profiler.start');
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const { profile } = await session.post('Profiler.stop');
    return account(profile);
  } finally {
    session.disconnect();
  }
}

/** Where a function of the bundle was written. */
function places(): (frame: Runtime.CallFrame) => string {
  const file = join(extension().extensionPath, 'dist/extension.cjs.map');
  const map = new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
  return ({ lineNumber, columnNumber }) => {
    const found = map.findEntry(lineNumber, columnNumber);
    return 'originalSource' in found ? `${basename(found.originalSource)}:${found.originalLine + 1}` : 'the bundle';
  };
}

/** By node, the outermost of the extension's functions in its stack. */
function entries(nodes: readonly Profiler.ProfileNode[]): ReadonlyMap<number, string | undefined> {
  const placeOf = places();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<number, string | undefined>();
  const visit = (id: number, above: string | undefined): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const entry = above ?? (node.callFrame.url.endsWith(OWN) ? placeOf(node.callFrame) : undefined);
    found.set(id, entry);
    for (const child of node.children ?? []) visit(child, entry);
  };
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  for (const { id } of nodes) if (!children.has(id)) visit(id, undefined);
  return found;
}

function account({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): OwnWork {
  const entry = entries(nodes);
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const pieces: Piece[] = [];
  let busyMs = 0;
  let ms = 0;
  let collectingMs = 0;
  let of = '';
  const over = (): void => {
    if (ms > 0) pieces.push({ ms, collectingMs, of });
    ms = 0;
    collectingMs = 0;
  };
  samples.forEach((sample, i) => {
    // A delta is what went by before its sample.
    const took = (timeDeltas[i + 1] ?? 0) / 1000;
    const name = names.get(sample);
    if (name !== IDLE) busyMs += took;
    const own = entry.get(sample);
    if (own !== undefined) {
      if (ms === 0) of = own;
      ms += took;
    } else if (name === COLLECTING && ms > 0) collectingMs += took;
    else over();
  });
  over();
  const ownMs = pieces.reduce((sum, piece) => sum + piece.ms, 0);
  if (ownMs === 0) throw new Error(`of ${samples.length} samples none is the extension's own: is ${OWN} what runs?`);
  const longest = [...pieces].sort((x, y) => y.ms - x.ms).slice(0, 3);
  const collected = Math.max(...pieces.map((piece) => piece.collectingMs));
  const totals = new Map<string, number>();
  for (const piece of pieces) totals.set(piece.of, (totals.get(piece.of) ?? 0) + piece.ms);
  const most = [...totals].sort((x, y) => y[1] - x[1]).slice(0, 3);
  const list = (all: readonly (readonly [string, number])[]): string =>
    all.map(([name, took]) => `${name} ${took.toFixed(1)} ms`).join(', ');
  const longestMs = longest[0]?.ms ?? 0;
  return {
    text: [
      `${samples.length} samples, busy ${busyMs.toFixed(0)} ms, of which the extension's own ${ownMs.toFixed(0)} ms`,
      `its longest pieces without a pause: ${list(longest.map((one) => [one.of, one.ms] as const))}; the longest collection in one ${collected.toFixed(1)} ms`,
      `most by entry: ${list(most)}`,
    ].join('; '),
    ownMs,
    longestMs,
  };
}
