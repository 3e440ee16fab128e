import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { RuntimeEvent } from '#src/core/model/event.js';
import type { ContainerRecord } from '#src/core/model/record.js';
import type { StoreTurn, Tracer } from '#src/core/ports.js';

export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcs-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Lines extends Tracer {
  readonly lines: string[];
}
export function tracer(): Lines {
  const lines: string[] = [];
  return { lines, log: (level, message, fields = {}) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`) };
}

export function record(id: string, over: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    version: 1,
    id,
    epoch: '0123456789abcdef',
    sequence: 1,
    state: { kind: 'created' },
    isolation: 'process',
    lcow: false,
    owner: 'hostcompute',
    labels: [{ name: 'Größe', value: '雪 \u0000 "' }],
    annotations: [],
    bundle: null,
    createdAt: '2026-11-23T00:00:00.000Z',
    process: { document: null, cwd: 'C:\\', terminal: false },
    runtimeId: null,
    execs: [],
    lastError: null,
    ...over,
  };
}

export function event(cursor: number, over: { readonly sequence?: number; readonly time?: string } = {}): RuntimeEvent {
  return {
    schema: 'hostcompute.event/v1',
    cursor,
    containerId: 'web',
    processId: 'init',
    pid: 7,
    sequence: cursor,
    epoch: '0123456789abcdef',
    time: new Date().toISOString(),
    type: 'start',
    ...over,
  };
}

export function turn(id: string, events: readonly RuntimeEvent[], over: Partial<StoreTurn> = {}): StoreTurn {
  return {
    containerKey: id,
    record: record(id, { sequence: events.at(-1)?.sequence ?? 1 }),
    events,
    durable: false,
    ...over,
  };
}
