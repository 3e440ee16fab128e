/**
 * The Runtime interface over a connection: each method is one request. Errors come back as the RuntimeError that the host
 * threw; a closed connection gives `unavailable`.
 */
import type { RuntimeEvent } from '../../core/model/event.js';
import type { ContainerDetail, ContainerSummary } from '../../core/model/container.js';
import type {
  CallContext,
  CreateRequest,
  EventSubscription,
  ExecRequest,
  ExitReport,
  LayerRuntime,
  NetworkRuntime,
  PlanReport,
  PlanRequest,
  ProcessItem,
  RestoreReport,
  Runtime,
  StartedStdio,
  StatsReport,
  StdioRequest,
  SweepReport,
} from '../../core/runtime.js';
import { RuntimeError } from '../../core/errors.js';
import type { Arguments, ClientConnection } from './connection.js';
import type { ResyncEvent } from '../protocol.js';
import { EventRouter, type FeedItem } from './eventFeed.js';
import { remoteLayers, remoteNetworks } from './remoteLayers.js';
import { StreamRouter } from './streams.js';
import { followLog } from './followLog.js';
import { plainSpec } from './plainSpec.js';

/** Members that are undefined are left out, as JSON would. */
type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };
function given<T extends object>(fields: Loose<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export class RemoteRuntime implements Runtime {
  protected readonly eventRouter: EventRouter;
  protected readonly streamRouter: StreamRouter;
  readonly layers: LayerRuntime;
  readonly networks: NetworkRuntime;

  constructor(protected readonly connection: ClientConnection) {
    this.eventRouter = new EventRouter(connection);
    this.streamRouter = new StreamRouter(connection);
    this.layers = remoteLayers(connection);
    this.networks = remoteNetworks(connection);
  }

  async create(
    request: CreateRequest,
    context?: CallContext,
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
    const params = given<Arguments<'container/create'>>({
      ...request,
      spec: plainSpec(request.spec),
      labels: request.labels === undefined ? undefined : [...request.labels],
    });
    const { id, warnings } = await this.connection.request('container/create', params, context);
    return { id, warnings: warnings ?? [] };
  }

  async start(
    request: StdioRequest & { readonly id: string },
    context?: CallContext,
  ): Promise<{ readonly pid: number; readonly stdio: StartedStdio }> {
    const { pid, stdio } = await this.connection.request('container/start', stdioArguments(request), context);
    return { pid, stdio: stdio ?? {} };
  }

  async exec(
    request: ExecRequest,
    context?: CallContext,
  ): Promise<{ readonly execId: string; readonly pid: number; readonly stdio: StartedStdio }> {
    const params = given<Arguments<'container/exec'>>({
      ...stdioArguments(request),
      process: request.process,
      execId: request.execId,
      inherit: request.inherit,
    });
    const { execId, pid, stdio } = await this.connection.request('container/exec', params, context);
    return { execId, pid, stdio: stdio ?? {} };
  }

  async kill(
    id: string,
    execId: string | undefined,
    signal: string | number | undefined,
    context?: CallContext,
  ): Promise<void> {
    await this.connection.request(
      'container/kill',
      given<Arguments<'container/kill'>>({ id, execId, signal }),
      context,
    );
  }

  stop(id: string, graceMs: number | undefined, context?: CallContext): Promise<ExitReport> {
    // Without graceMs the request's timeoutMs would be taken for it.
    const grace = graceMs ?? (context?.timeoutMs === undefined ? undefined : 10_000);
    return this.connection.request('container/stop', given<Arguments<'container/stop'>>({ id, graceMs: grace }), {
      ...context,
    });
  }

  async pause(id: string, context?: CallContext): Promise<void> {
    await this.connection.request('container/pause', { id }, context);
  }

  async resume(id: string, context?: CallContext): Promise<void> {
    await this.connection.request('container/resume', { id }, context);
  }

  wait(
    id: string,
    execId: string | undefined,
    waitFor: 'init' | 'container',
    /** `tether`: what becomes of it when this connection is lost before the answer; absent: nothing. */
    context?: CallContext & { readonly tether?: 'kill' | 'delete' | undefined },
  ): Promise<ExitReport> {
    const params = given<Arguments<'container/wait'>>({ id, execId, for: waitFor, tether: context?.tether });
    return this.connection.request('container/wait', params, context);
  }

  deleteTask(id: string, context?: CallContext): Promise<ExitReport> {
    return this.connection.request('container/deleteTask', { id }, context);
  }

  async delete(id: string, force: boolean, context?: CallContext): Promise<void> {
    await this.connection.request('container/delete', { id, force }, context);
  }

  async list(
    all: boolean,
    context?: CallContext,
  ): Promise<{ readonly items: readonly ContainerSummary[]; readonly warnings: readonly string[] }> {
    const { items, warnings } = await this.connection.request('container/list', { all }, context);
    return { items, warnings: warnings ?? [] };
  }

  /** `ID<TAB>TOOLTIP<LF>` for each: far less to read than items. Nothing from an engine that is older than that. */
  async lines(
    wanted: { readonly statuses?: readonly ContainerSummary['status'][] | undefined; readonly prefix: string },
    context?: CallContext,
  ): Promise<string> {
    const { statuses, prefix } = wanted;
    const only = given<Arguments<'container/list'>>({ statuses: statuses && [...statuses], prefix, lines: true });
    return (await this.connection.request('container/list', only, context)).lines ?? '';
  }

  state(id: string, context?: CallContext): Promise<ContainerDetail> {
    return this.connection.request('container/state', { id }, context);
  }

  async processes(id: string, context?: CallContext): Promise<readonly ProcessItem[]> {
    return (await this.connection.request('container/processes', { id }, context)).items;
  }

  stats(id: string, context?: CallContext): Promise<StatsReport> {
    return this.connection.request('container/stats', { id }, context);
  }

  async resize(
    id: string,
    execId: string | undefined,
    width: number,
    height: number,
    context?: CallContext,
  ): Promise<void> {
    const params = given<Arguments<'process/resize'>>({ id, execId, width, height });
    await this.connection.request('process/resize', params, context);
  }

  async closeStdin(id: string, execId: string | undefined, context?: CallContext): Promise<void> {
    await this.connection.request(
      'process/closeStdin',
      given<Arguments<'process/closeStdin'>>({ id, execId }),
      context,
    );
  }

  async update(id: string, resources: unknown, context?: CallContext): Promise<void> {
    await this.connection.request('container/update', { id, resources }, context);
  }

  async checkpoint(id: string, context?: CallContext): Promise<never> {
    await this.connection.request('container/checkpoint', { id }, context);
    throw new RuntimeError('internal', 'the host said that a checkpoint was made');
  }

  async restore(
    id: string | undefined,
    policy: 'reattach' | 'terminate',
    context?: CallContext,
  ): Promise<readonly RestoreReport[]> {
    const params = given<Arguments<'container/restore'>>({ id, policy });
    return (await this.connection.request('container/restore', params, context)).items;
  }

  sweep(dryRun: boolean, context?: CallContext): Promise<SweepReport> {
    return this.connection.request('host/sweep', { dryRun }, context);
  }

  plan(request: PlanRequest, context?: CallContext): Promise<PlanReport> {
    const params = given<Arguments<'container/plan'>>({
      ...request,
      spec: plainSpec(request.spec),
      exec: request.exec,
      host: request.host === undefined ? undefined : { ...request.host, directories: [...request.host.directories] },
    });
    return this.connection.request('container/plan', params, context);
  }

  /**
   * Resolves when the host has the subscription; events follow, those up to `cursor` first. When the connection ends no more
   * come: `Client.events` is the form that tells so.
   */
  async subscribe(
    after: number,
    listener: (events: readonly RuntimeEvent[]) => void | Promise<void>,
    expired: (snapshot: readonly ContainerSummary[], cursor: number) => void,
  ): Promise<EventSubscription> {
    const feed = await this.eventRouter.open(after === Number.POSITIVE_INFINITY ? undefined : after);
    const pump = async (): Promise<void> => {
      for (let items = await feed.take(); items.length > 0; items = await feed.take()) {
        for (const run of runs(items)) {
          if (!Array.isArray(run)) expired(run.snapshot, run.cursor);
          else await listener(run);
        }
      }
    };
    // A listener that fails has ended its subscription.
    pump().catch(() => {
      feed.close();
    });
    return {
      cursor: feed.cursor,
      close: () => {
        feed.close();
      },
    };
  }

  async eventsList(
    after: number,
    limit: number,
    context?: CallContext,
  ): Promise<{ readonly events: readonly RuntimeEvent[]; readonly expired: boolean }> {
    const { items, expired } = await this.connection.request('events/list', { after, limit }, context);
    return { events: items, expired };
  }

  async log(
    id: string,
    processId: string,
  ): Promise<{ readonly folder: string; readonly open: boolean; watch(callback: () => void): () => void }> {
    const target = processId === 'init' ? { id } : { id, execId: processId };
    const { folder, open } = await this.connection.request('process/log', target);
    const watch = (callback: () => void): (() => void) => {
      const stop = new AbortController();
      const run = async (): Promise<void> => {
        const followed = followLog(this.connection, this.streamRouter, { ...target, tail: 0, signal: stop.signal });
        while ((await followed.next()).done !== true) callback();
      };
      run().then(callback, () => {
        if (!stop.signal.aborted) callback();
      });
      return () => {
        stop.abort();
      };
    };
    return { folder, open, watch };
  }
}

function stdioArguments(request: StdioRequest & { readonly id: string }): Arguments<'container/start'> {
  return given<Arguments<'container/start'>>({
    id: request.id,
    stdin: request.stdin,
    foreground: request.foreground === undefined ? undefined : [...request.foreground],
  });
}

/** Runs of events, and the resyncs between them. */
function runs(items: readonly FeedItem[]): (RuntimeEvent[] | ResyncEvent)[] {
  const found: (RuntimeEvent[] | ResyncEvent)[] = [];
  let open: RuntimeEvent[] | null = null;
  for (const item of items) {
    if (item.type === 'resync') {
      found.push(item);
      open = null;
    } else if (open === null) found.push((open = [item]));
    else open.push(item);
  }
  return found;
}
