import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEdgeHcs } from '#src/bridge/edgeHcs.js';
import type { HcsNotification, HcsPort, ProcessToken, SystemToken } from '#src/core/ports.js';

/** The project's folder, whether this runs from build/test or elsewhere below it. */
export const ROOT = (() => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();
/** HCS_TEST_DIST: that of an installed package, whose edge-js is not the one compiled here. */
export const DIST = process.env['HCS_TEST_DIST'] ?? path.join(ROOT, 'dist');

export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'hcs-bridge-'));
}

/** A program of the stub that runs until it is ended. */
export const LONG = process.platform === 'win32' ? 'ping -n 100 127.0.0.1' : 'exec sleep 100';

/** Compiles test/bridge/fixtures/stub.c into `folder`; on Windows HCS_TEST_STUB names what has been compiled elsewhere. */
export function compileStub(folder: string): string {
  const compiled = process.env['HCS_TEST_STUB'];
  if (process.platform === 'win32' && compiled !== undefined) return compiled;
  const library = path.join(folder, 'libvmcompute.so');
  const source = path.join(ROOT, 'test', 'bridge', 'fixtures', 'stub.c');
  const flags = ['-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-pthread', '-Wl,-soname,libvmcompute.so'];
  execFileSync('cc', [...flags, '-o', library, source]);
  return library;
}

/** Keeps every notification and lets tests wait for one. */
export class Recorder {
  readonly all: HcsNotification[] = [];
  private waiters: (() => boolean)[] = [];

  listen(port: HcsPort): this {
    port.onNotifications((batch) => {
      this.all.push(...batch);
      this.waiters = this.waiters.filter((waiter) => !waiter());
    });
    return this;
  }

  until<N extends HcsNotification>(wanted: (n: HcsNotification) => n is N): Promise<N>;
  until(wanted: (n: HcsNotification) => boolean): Promise<HcsNotification>;
  until(wanted: (n: HcsNotification) => boolean): Promise<HcsNotification> {
    return new Promise((resolve) => {
      const waiter = (): boolean => {
        const found = this.all.find(wanted);
        if (found === undefined) return false;
        resolve(found);
        return true;
      };
      if (!waiter()) this.waiters.push(waiter);
    });
  }

  ofSystem(token: SystemToken): readonly HcsNotification[] {
    return this.all.filter((n) => n.kind === 'system' && n.system === token);
  }

  ofProcess(token: ProcessToken): readonly HcsNotification[] {
    return this.all.filter((n) => n.kind !== 'system' && n.process === token);
  }
}

export interface Bench {
  readonly folder: string;
  readonly hcs: HcsPort;
  readonly seen: Recorder;
  /** Handles and out-strings that live in the stub. */
  counts(): Promise<{ readonly strings: number; readonly handles: number }>;
  /** Lets hung calls and slow callbacks go on; `hold` makes later ones wait again. */
  tell(word: 'release' | 'hold'): Promise<void>;
}

/** The bridge over a freshly compiled stub; one a process. */
export async function openBench(): Promise<Bench> {
  const folder = temporaryFolder();
  const hcs = await createEdgeHcs({
    distFolder: DIST,
    backend: 'simulator',
    library: compileStub(folder),
    pipeFolder: folder,
  });
  return {
    folder,
    hcs,
    seen: new Recorder().listen(hcs),
    async counts() {
      const text = (await hcs.call('HcsGetServiceProperties', [''])) as string;
      return JSON.parse(text) as { strings: number; handles: number };
    },
    async tell(word) {
      await hcs.call('HcsGetServiceProperties', [word]);
    },
  };
}

export async function closeBench(bench: Bench): Promise<void> {
  await bench.hcs.close();
  fs.rmSync(bench.folder, { recursive: true, force: true });
}
