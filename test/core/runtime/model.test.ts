/**
 * Random interleavings of verbs, exits, faults, losses of the service and restarts of the engine. Whatever happens, the rules of
 * docs/events.md hold, every waiter is answered, and nothing is left in HCS. HOSTCOMPUTE_INTERLEAVINGS sets how many are tried.
 */
import { env } from 'node:process';
import test from 'ava';
import fc from 'fast-check';
import type { RuntimeEvent } from '#src/core/model/event.js';
import { FakeGround } from '../../helpers/fakeGround.js';
import { FakeHcs, type Fault } from '../../helpers/fakeHcs.js';
import { FakeClock, hypervSpec, MemoryStore, process, spec, world, type World } from './world.js';

const RUNS = Number(env['HOSTCOMPUTE_INTERLEAVINGS'] ?? 1000);

const IDS = ['a', 'b'] as const;
const EXECS = ['x', 'y'] as const;
const OPERATIONS = [
  'HcsCreateComputeSystem',
  'HcsStartComputeSystem',
  'HcsShutdownComputeSystem',
  'HcsTerminateComputeSystem',
  'HcsPauseComputeSystem',
  'HcsResumeComputeSystem',
  'HcsOpenComputeSystem',
  'HcsGetComputeSystemProperties',
  'HcsCreateProcess',
  'HcsOpenProcess',
  'HcsGetProcessProperties',
  'HcsModifyProcess',
  'HcsTerminateProcess',
  'HcsGetProcessInfo',
  'startRelay',
  'CreateSandboxLayer',
  'ActivateLayer',
  'PrepareLayer',
  'GetLayerMountPath',
  'UnprepareLayer',
  'DeactivateLayer',
  'DestroyLayer',
  'HNSCall',
] as const;
const FAULTS: readonly (Fault | 'hang')[] = [
  { hresult: 0x80004005 },
  { hresult: 0x80070005 },
  { hresult: 0x80070002 },
  { hresult: 0xc0370105 },
  { hresult: 0x80070490 },
  { hresult: 0x800706bf },
  { status: 0xc0370106 },
  { ignored: true },
  { lost: true },
  { twice: true },
  { early: true },
  { immediate: true },
  'hang',
];

const id = fc.constantFrom(...IDS);
const execId = fc.constantFrom(...EXECS);
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      id,
      on: fc.constantFrom('spec' as const, 'layer' as const, 'layer and network' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('start' as const), id, ms: fc.constantFrom(undefined, 50) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('exec' as const), id, execId }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), id, execId: fc.option(execId) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), id, signal: fc.constantFrom('KILL', 'TERM') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('killExec' as const), id, execId }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), id, grace: fc.constantFrom(0, 100) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), id, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('closeStdin' as const), id }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('processEnds' as const), nth: fc.nat(3), code: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('systemEnds' as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      operation: fc.constantFrom(...OPERATIONS),
      fault: fc.constantFrom(...FAULTS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const), forget: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(60, 2_500, 400_000) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** Runs what HCS does later in an order that a seed decides. */
class Scheduler {
  #pool: (() => void)[] = [];
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  readonly schedule = (work: () => void): void => {
    this.#pool.push(work);
  };

  async step(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    const [work] = this.#pool.splice(this.#random(this.#pool.length), 1);
    if (work === undefined) return false;
    work();
    return true;
  }

  async some(): Promise<void> {
    for (let n = this.#random(12); n > 0; n -= 1) if (!(await this.step())) return;
  }

  async all(): Promise<void> {
    let idle = 0;
    for (let n = 0; idle < 3; n += 1) {
      if (n > 5_000) throw new Error('it does not come to rest');
      idle = (await this.step()) ? 0 : idle + 1;
    }
  }

  #random(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return below === 0 ? 0 : (this.#state >>> 8) % below;
  }
}

class Model {
  readonly scheduler: Scheduler;
  readonly hcs = new FakeHcs();
  readonly ground = new FakeGround();
  readonly store = new MemoryStore();
  readonly clock = new FakeClock();
  readonly heard: RuntimeEvent[] = [];
  /** Calls that have not been answered, by what they are. */
  readonly open = new Map<Promise<unknown>, string>();
  w!: World;

  constructor(seed: number) {
    this.scheduler = new Scheduler(seed);
    this.hcs.schedule = this.scheduler.schedule;
    this.hcs.ground = this.ground.call;
  }

  async begin(): Promise<void> {
    this.w = await world({ hcs: this.hcs, store: this.store, clock: this.clock, layers: this.ground });
    await this.w.runtime.subscribe(
      this.heard.at(-1)?.cursor ?? 0,
      (events) => void this.heard.push(...events),
      () => {
        throw new Error('nothing expires');
      },
    );
  }

  call(what: string, work: Promise<unknown>): void {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.open.set(settled, what);
    void settled.then(() => this.open.delete(settled));
  }

  /** Lets time pass with everything that follows. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now().getTime() + ms;
    for (let n = 0; ; n += 1) {
      if (n > 5_000) throw new Error('it does not come to rest');
      await this.scheduler.all();
      const { next } = this.clock;
      const left = until - this.clock.now().getTime();
      if (next === null || next > left) break;
      await this.clock.jump(next);
    }
    await this.clock.jump(until - this.clock.now().getTime());
    await this.scheduler.all();
  }

  async run(c: Command): Promise<void> {
    const { runtime } = this.w;
    switch (c.do) {
      case 'create':
        this.call(
          `create ${c.id} on ${c.on}`,
          runtime.create({
            id: c.id,
            ...(c.on === 'spec'
              ? { spec: hypervSpec() }
              : { spec: spec({ root: {}, windows: {} }), layer: '/layers/app' }),
            ...(c.on === 'layer and network' ? { network: 'nat' } : {}),
          }),
        );
        break;
      case 'start':
        this.call('start', runtime.start({ id: c.id }, c.ms === undefined ? {} : { timeoutMs: c.ms }));
        break;
      case 'exec':
        this.call('exec', runtime.exec({ id: c.id, execId: c.execId, process: process() }));
        break;
      case 'wait':
        this.call(`wait ${c.id} ${c.execId ?? ''}`, runtime.wait(c.id, c.execId ?? undefined, 'container'));
        break;
      case 'kill':
        this.call('kill', runtime.kill(c.id, undefined, c.signal));
        break;
      case 'killExec':
        this.call('killExec', runtime.kill(c.id, c.execId, 'KILL'));
        break;
      case 'stop':
        this.call('stop', runtime.stop(c.id, c.grace));
        break;
      case 'pause':
        this.call('pause', runtime.pause(c.id));
        break;
      case 'resume':
        this.call('resume', runtime.resume(c.id));
        break;
      case 'delete':
        this.call('delete', runtime.delete(c.id, c.force));
        break;
      case 'closeStdin':
        this.call('closeStdin', runtime.closeStdin(c.id, undefined));
        break;
      case 'processEnds': {
        const live = [...this.hcs.systems.values()].flatMap((s) => [...s.processes.values()]).filter((p) => !p.exited);
        const process = live[c.nth % Math.max(1, live.length)];
        if (process !== undefined) this.hcs.exit(process.pid, c.code);
        break;
      }
      case 'systemEnds':
        if (this.hcs.systems.has(c.id)) this.hcs.endSystem(c.id);
        break;
      case 'fault':
        // That a system is not there is believed, so it must not be a lie.
        if (c.operation.endsWith('System') && c.fault !== 'hang' && c.fault.hresult === 0x80070490) break;
        if (c.operation === 'HcsGetComputeSystemProperties' && c.fault !== 'hang' && c.fault.hresult === 0x80070490)
          break;
        // Nor a deleted endpoint: HNS is asked once.
        if (c.operation === 'HNSCall' && c.fault !== 'hang' && c.fault.ignored === true) break;
        this.hcs.fault(
          c.operation,
          c.fault === 'hang'
            ? {
                after: new Promise((resolve) =>
                  this.clock.after(200_000, () => {
                    resolve(undefined);
                  }),
                ),
              }
            : c.fault,
        );
        break;
      case 'disconnect':
        this.hcs.disconnect(c.forget);
        break;
      case 'reconnect':
        this.hcs.reconnect();
        break;
      case 'restart':
        this.hcs.newClient();
        await this.w.runtime.close();
        await this.begin();
        break;
      case 'sweep':
        this.call('sweep', runtime.sweep(false));
        break;
      case 'settle':
        await this.scheduler.all();
        break;
      case 'advance':
        await this.advance(c.ms);
        break;
    }
    await this.scheduler.some();
  }

  /** What was asked of HCS and what was written, for the report of a failure. */
  history(): string {
    const turns = this.store.turns.map(
      ({ containerKey, record, events }) =>
        `${containerKey} ${JSON.stringify(record?.state ?? null)} ${events.map((e) => `${e.processId}:${e.type}`).join()}`,
    );
    return [...this.hcs.calls, ...turns, ...this.w.lines].join('\n');
  }

  /** The world heals; everything is stopped and removed. */
  async end(): Promise<void> {
    this.hcs.clearFaults();
    this.hcs.reconnect();
    await this.advance(1_000_000);
    for (const { id: containerId } of (await this.w.runtime.list(false)).items) {
      this.call(`last delete ${containerId}`, this.w.runtime.delete(containerId, true));
      await this.advance(1_000_000);
    }
  }
}

function checkEvents(events: readonly RuntimeEvent[], fail: (text: string) => never): void {
  for (const epoch of new Set(events.map((e) => e.epoch))) {
    const list = events.filter((e) => e.epoch === epoch);
    list.forEach((e, i) => {
      if (e.sequence !== i + 1) fail('the sequence has a gap');
    });
    const at = (type: string, processId = 'init'): number[] =>
      list.flatMap((e, i) => (e.type === type && e.processId === processId ? [i] : []));
    let last = -1;
    for (const type of ['create', 'start', 'stopping', 'exit', 'delete']) {
      const places = at(type);
      if (places.length > 1) fail(`${type} twice`);
      const [place] = places;
      if (place === undefined) continue;
      if (place < last) fail(`${type} too early`);
      last = place;
    }
    if (at('exit').length !== 1) fail('a container without an exit');
    const [containerExit] = at('exit');
    for (const exec of EXECS) {
      const mine = list.filter((e) => e.processId === exec).map((e) => e.type);
      for (let n = 0; n < mine.length; n += 3)
        if (mine.slice(n, n + 3).join() !== 'exec-added,exec-started,exit') fail(`exec ${exec}: ${mine.join()}`);
      if (at('exit', exec).some((i) => i > (containerExit ?? Infinity))) fail(`exec ${exec} ended after its container`);
    }
    for (const e of list)
      if (e.type === 'exit' && e.exitCode === null && (e.exitUnknown ?? '') === '')
        fail('an unknown exit without a reason');
  }
}

test('random interleavings of verbs, exits, faults and restarts keep the rules of events, answer every waiter and leave nothing', async (t) => {
  t.timeout(3_600_000);
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 3, maxLength: 40, size: 'max' }),
      fc.integer(),
      fc.boolean(),
      async (commands, seed, isRunning) => {
        const m = new Model(seed);
        await m.begin();
        try {
          if (isRunning) {
            const { runtime } = m.w;
            m.call(
              'create',
              runtime.create({ id: 'a', spec: hypervSpec() }).then(() => runtime.start({ id: 'a' })),
            );
            await m.scheduler.all();
          }
          for (const c of commands) await m.run(c);
          await m.end();
        } catch (e) {
          throw new Error(`${String(e)}\n${m.history()}`);
        }
        const { events } = m.store;
        const fail = (text: string): never => {
          throw new Error(`${text}\n${m.history()}`);
        };
        checkEvents(events, fail);
        if (m.open.size > 0) fail(`not answered: ${[...m.open.values()].join(', ')}`);
        if (m.store.records.size > 0) fail('records left');
        if (m.hcs.systems.size > 0) fail('systems left');
        if (m.ground.left.length > 0) fail(`left of layers and networks: ${m.ground.left.join(', ')}`);
        if (m.hcs.liveHandles > 0) fail(`${m.hcs.liveHandles} handles left`);
        const cursors = (list: readonly RuntimeEvent[]): string => list.map((e) => e.cursor).join();
        if (cursors(m.heard) !== cursors(events)) fail('the subscriber heard something else');
        if (m.w.runtime.busy()) fail('still busy');
        await m.w.runtime.close();
      },
    ),
    {
      numRuns: RUNS,
      includeErrorInReport: true,
      ...(env['HOSTCOMPUTE_SEED'] === undefined ? {} : { seed: Number(env['HOSTCOMPUTE_SEED']) }),
    },
  );
  t.pass();
});
