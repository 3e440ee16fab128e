/** The verbs of one container, or of one layer, each with its outcome in one word. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRuntimeError, type Client, type ErrorDocument, type ExitReport } from '#src/rpc/client/index.js';

/** No verb may take longer, whatever the service does: each waits for several calls, which are bounded by {@link BOUNDS}. */
export const VERB_BOUND_MS = 12_000;

/** The engine's timeouts in these runs, as its environment. */
export const BOUNDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    SYSTEM_CREATE: 1500,
    SYSTEM_START: 1500,
    SYSTEM_PAUSE: 1500,
    SYSTEM_RESUME: 1500,
    SYSCALL: 1500,
    LAYER_COPY: 1500,
    SHUTDOWN: 1000,
    TERMINATE: 1500,
    RESTORE_TERMINATE: 1500,
    UNSTARTED: 800,
    STOP_GRACE: 1000,
    DRAIN: 300,
    EXIT_LAG: 200,
    QUICK_CALL: 800,
    ATTACH: 600_000,
    RETRY_FIRST: 50,
    RETRY_LONGEST: 500,
  }).map(([name, ms]) => [`HCS_TIMEOUT_${name}_MS`, String(ms)]),
);

/** What the program of every container ends with when its input ends. */
export const OWN_EXIT = 7;
const PROGRAM = `read x; exit ${OWN_EXIT}`;
const USER = { username: '' };

export type Verb = keyof Life['verbs'];

export interface Outcome {
  readonly verb: Verb;
  /** `ok`, `exit 7`, `exit unknown`, or the error: `hcsFailure at HcsPauseComputeSystem`. */
  readonly text: string;
  readonly ms: number;
  readonly error?: ErrorDocument;
}

function exitText(report: ExitReport): string {
  return report.exitCode === null ? 'exit unknown' : `exit ${report.exitCode}`;
}

export class Life {
  readonly #endpoint = randomUUID();

  constructor(
    private readonly client: () => Client,
    readonly id: string,
    private readonly hyperv: boolean,
    /** Of its layer, when it is a layer's life. */
    private readonly folder: string,
  ) {}

  get #layer(): string {
    return join(this.folder, this.id);
  }

  async #parent(): Promise<string> {
    const parent = join(this.folder, 'parent');
    await mkdir(join(parent, 'Files'), { recursive: true });
    await writeFile(join(parent, 'layerchain.json'), 'null');
    return parent;
  }

  readonly verbs = {
    create: () => this.#create(false),
    start: () => this.client().start({ id: this.id, stdin: true }),
    startTerminal: () => this.client().start({ id: this.id, stdin: true }),
    stats: () => this.client().stats(this.id),
    processes: () => this.client().processes(this.id),
    exec: () =>
      this.client().exec({
        id: this.id,
        execId: 'e',
        stdin: true,
        process: { args: ['sh', '-c', PROGRAM], cwd: 'C:\\', user: USER },
      }),
    killExec: () => this.client().kill(this.id, 'e', undefined),
    /** Handles are given back behind the answer. */
    rest: () => sleep(300),
    waitExec: () => this.client().wait(this.id, 'e', 'container', { timeoutMs: 6000 }).then(exitText),
    resize: () => this.client().resize(this.id, undefined, 100, 40),
    finish: () => this.client().closeStdin(this.id, undefined),
    kill: () => this.client().kill(this.id, undefined, undefined),
    stop: () => this.client().stop(this.id, undefined).then(exitText),
    wait: () => this.client().wait(this.id, undefined, 'container', { timeoutMs: 8000 }).then(exitText),
    pause: () => this.client().pause(this.id),
    resume: () => this.client().resume(this.id),
    update: () => this.client().update(this.id, { network: { remove: [this.#endpoint] } }),
    listAll: () =>
      this.client()
        .list(true)
        .then(({ warnings }) => (warnings.length > 0 ? 'ok, with a warning' : 'ok')),
    networks: () => this.client().networks.networks(),
    layerScratch: async () => this.client().layers.scratch(this.#layer, [await this.#parent()], undefined),
    layerActivate: () => this.client().layers.activate(this.#layer),
    layerPrepare: () => this.client().layers.prepare(this.#layer, undefined),
    layerMountPath: () => this.client().layers.mountPath(this.#layer),
    layerUnprepare: () => this.client().layers.unprepare(this.#layer),
    layerDeactivate: () => this.client().layers.deactivate(this.#layer),
    layerDestroy: () => this.client().layers.destroy(this.#layer),
    layerImport: async () => this.client().layers.import(this.#layer, await this.#parent(), undefined),
    layerExport: async () => this.client().layers.export(await this.#parent(), this.#layer, undefined),
    layerGrant: async () => this.client().layers.grant(randomUUID(), await this.#parent()),
    layerList: () => this.client().layers.list(),
  } as const;

  #create(terminal: boolean): Promise<unknown> {
    return this.client().create({
      id: this.id,
      builtinBase: true,
      spec: {
        ociVersion: '1.0.2',
        process: { args: ['sh', '-c', PROGRAM], cwd: 'C:\\', user: USER, terminal },
        ...(this.hyperv ? { windows: { hyperv: {} } } : {}),
      },
    });
  }

  /** Never rejects. `terminal`: init gets one. */
  async run(verb: Verb, terminal = false): Promise<Outcome> {
    const began = performance.now();
    const past = (): number => performance.now() - began;
    try {
      const answer = await (verb === 'create' ? this.#create(terminal) : this.verbs[verb]());
      return {
        verb,
        text: typeof answer === 'string' && answer.startsWith('exit') ? answer : okText(answer),
        ms: past(),
      };
    } catch (e) {
      if (!isRuntimeError(e)) return { verb, text: `not classified: ${String(e)}`, ms: past() };
      const { code, details } = e;
      const text = details.phase === undefined ? code : `${code} at ${details.phase}`;
      const left = (details.leftovers ?? []).length > 0 ? ', leftovers named' : '';
      return { verb, text: text + left, ms: past(), error: e.toDocument() };
    }
  }
}

const okText = (answer: unknown): string => (typeof answer === 'string' && answer.startsWith('ok,') ? answer : 'ok');
