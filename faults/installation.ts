/** One home with its engine and its simulated service, whose failpoints are set over the control socket. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSimulator, type SimulatorControl } from '#src/cli/simulatorControl.js';
import { connect, type Client } from '#src/rpc/client/index.js';
import type { Rule } from './classes.js';

/** Of the service's own counting. */
export type Accounting = Readonly<
  Record<'computeSystems' | 'processes' | 'handles' | 'registrations' | 'strings', number>
>;

const COUNTED = ['computeSystems', 'processes', 'handles', 'registrations', 'strings'] as const;

/** Looks again until `look` answers something, `ms` at most; then undefined. */
export async function eventually<T>(look: () => Promise<T | undefined>, ms: number): Promise<T | undefined> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > deadline) return found;
    await sleep(25);
  }
}

export class Installation {
  #client: Client | undefined;
  #control: SimulatorControl | undefined;

  private constructor(readonly home: string) {}

  static async make(): Promise<Installation> {
    const made = new Installation(await mkdtemp(join(tmpdir(), 'hcs-faults-')));
    await made.connect();
    return made;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('not connected');
    return this.#client;
  }

  /** Also after the engine has died: the next one is started. */
  async connect(): Promise<void> {
    await this.#client?.close().catch(() => undefined);
    this.#client = await connect({ home: this.home, backend: 'simulator', timeoutMs: 60_000 });
    await this.#client.list(true);
  }

  async #controlled<T>(ask: (control: SimulatorControl) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#control ??= await eventually(() => connectSimulator(this.home), 20_000);
        if (this.#control === undefined) throw new Error('the simulated service does not run');
        const control = this.#control;
        // A request whose connection ends is never answered.
        const over = new Promise<never>((_, reject) => {
          control.rpc.onClose(() => {
            reject(new Error('the simulated service has ended'));
          });
        });
        return await Promise.race([ask(control), over]);
      } catch (e) {
        // The service was killed, and is started again.
        this.#control?.close();
        this.#control = undefined;
        if (attempt === 20) throw e;
        await sleep(100);
      }
    }
  }

  async arm(rule: Rule): Promise<number> {
    const { id } = await this.#controlled(({ rpc }) => rpc.sendRequest<{ id: number }>('fault/set', { rule }));
    return id;
  }

  /** How often it has struck; a service that has died meanwhile was struck. */
  async disarm(id: number): Promise<number> {
    const { items } = await this.#controlled(({ rpc }) =>
      rpc.sendRequest<{ items: { id: number; struck: number }[] }>('fault/list'),
    );
    await this.#controlled(({ rpc }) => rpc.sendRequest('fault/clear', { id }));
    return items.find((item) => item.id === id)?.struck ?? 1;
  }

  async accounting(): Promise<Accounting> {
    const status = await this.#controlled(({ rpc }) => rpc.sendRequest<Accounting>('status'));
    return Object.fromEntries(COUNTED.map((name) => [name, status[name]])) as Accounting;
  }

  /** What is still counted when it should be nothing, after a while; undefined: nothing. */
  async leak(ms = 10_000): Promise<string | undefined> {
    let last = '';
    const clean = await eventually(async () => {
      const left = Object.entries(await this.accounting()).filter(([, n]) => n !== 0);
      last = left.map(([name, n]) => `${name} ${n}`).join(', ');
      return left.length === 0 ? true : undefined;
    }, ms);
    return clean === undefined ? last : undefined;
  }

  async pidOf(file: 'engine.json' | 'simulator/service.json'): Promise<number> {
    return (JSON.parse(await readFile(join(this.home, file), 'utf8')) as { pid: number }).pid;
  }

  /** Ends the engine; then its service, and answers what that still counts. */
  async end(): Promise<string | undefined> {
    await this.client.engineStop({ force: true }).catch(() => undefined);
    await this.client.closed;
    const left = await this.leak();
    this.#control?.rpc.sendRequest('shutdown').catch(() => undefined);
    await sleep(200);
    this.#control?.close();
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
    return left;
  }
}
