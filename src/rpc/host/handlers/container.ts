/** container/*: parameters to the Runtime's methods. */
import { decodeProcess, decodeSpec } from '../../../core/documents/spec.js';
import { those, tooltipOf } from '../../../core/model/inWords.js';
import type { CallContext, CreateRequest, ExecRequest, PlanRequest, StdioRequest } from '../../../core/runtime.js';
import type { Method } from '../../protocol.js';
import { containerLogs } from '../logs.js';
import type { Call, Handlers } from '../session.js';

/** Members that are undefined are left out: the core's types tell absent from undefined. */
export function given<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export const contextOf = ({ signal, timeoutMs, progress }: Call): CallContext => ({
  signal,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(progress === undefined ? {} : { progress }),
});

type ContainerMethod = Extract<Method, `container/${string}`>;

export const containerHandlers: Handlers<ContainerMethod> = {
  'container/create': async (params, call) => {
    const { id, builtinBase, owner, labels, bundle, layer, network, runtimeOptions } = params;
    const runtime = await call.session.runtime;
    const request = given<CreateRequest>({
      id,
      spec: decodeSpec(params.spec),
      builtinBase,
      owner,
      labels,
      bundle,
      layer,
      network,
      runtimeOptions,
    });
    const { id: made, warnings } = await runtime.create(request, contextOf(call));
    return { id: made, warnings: [...warnings] };
  },
  'container/start': async ({ id, stdin, foreground }, call) => {
    const runtime = await call.session.runtime;
    const request = given<StdioRequest & { readonly id: string }>({ id, stdin, foreground });
    const { pid, stdio } = await runtime.start(request, contextOf(call));
    call.session.pipes.put(id, undefined, stdio);
    return { pid, stdio };
  },
  'container/exec': async ({ id, execId, process, inherit, stdin, foreground }, call) => {
    const runtime = await call.session.runtime;
    const decoded = decodeProcess(process);
    const request = given<ExecRequest>({ id, execId, process: decoded, inherit, stdin, foreground });
    const started = await runtime.exec(request, contextOf(call));
    call.session.pipes.put(id, started.execId, started.stdio);
    return { execId: started.execId, pid: started.pid, stdio: started.stdio };
  },
  'container/kill': async ({ id, execId, signal }, call) => {
    await (await call.session.runtime).kill(id, execId, signal, contextOf(call));
    return {};
  },
  'container/stop': async ({ id, graceMs, timeoutMs }, call) => {
    // Without graceMs the request's timeoutMs is the grace, and no bound of the operations.
    const context = graceMs === undefined ? { signal: call.signal } : contextOf(call);
    return (await call.session.runtime).stop(id, graceMs ?? timeoutMs, context);
  },
  'container/pause': async ({ id }, call) => {
    await (await call.session.runtime).pause(id, contextOf(call));
    return {};
  },
  'container/resume': async ({ id }, call) => {
    await (await call.session.runtime).resume(id, contextOf(call));
    return {};
  },
  'container/wait': async ({ id, execId, for: waitFor, tether }, call) => {
    const { runtime, tethers } = call.session;
    const release = tether === undefined ? undefined : tethers.hold({ id, execId, then: tether });
    try {
      return await (await runtime).wait(id, execId, waitFor ?? 'container', contextOf(call));
    } finally {
      release?.();
    }
  },
  'container/delete': async ({ id, force }, call) => {
    await (await call.session.runtime).delete(id, force ?? false, contextOf(call));
    return {};
  },
  'container/deleteTask': async ({ id }, call) => (await call.session.runtime).deleteTask(id, contextOf(call)),
  'container/list': ({ all, statuses, prefix, lines }, call) =>
    call.session.large(async () => {
      const { items, warnings } = await (await call.session.runtime).list(all ?? false, contextOf(call));
      const wanted = statuses === undefined && prefix === undefined ? [...items] : those(items, { statuses, prefix });
      if (lines !== true) return { items: wanted, warnings: [...warnings] };
      const now = Date.now();
      // An id of somebody else may be any text.
      const text = wanted
        .filter(({ id }) => !/[\t\r\n]/u.test(id))
        .map((item) => `${item.id}\t${tooltipOf(item, now)}\n`)
        .join('');
      return { items: [], warnings: [...warnings], lines: text };
    }),
  'container/state': async ({ id }, call) => (await call.session.runtime).state(id, contextOf(call)),
  'container/processes': async ({ id }, call) => ({
    items: [...(await (await call.session.runtime).processes(id, contextOf(call)))],
  }),
  'container/stats': async ({ id }, call) => {
    const report = await (await call.session.runtime).stats(id, contextOf(call));
    return { ...report, network: [...report.network] };
  },
  'container/logs': containerLogs,
  'container/update': async ({ id, resources }, call) => {
    await (await call.session.runtime).update(id, resources, contextOf(call));
    return {};
  },
  'container/checkpoint': async ({ id }, call) => (await call.session.runtime).checkpoint(id, contextOf(call)),
  'container/plan': async (params, call) => {
    const { host, id, builtinBase, owner, layer, network, runtimeOptions } = params;
    const runtime = await call.session.runtime;
    const request = given<PlanRequest>({
      spec: decodeSpec(params.spec),
      exec: params.exec === undefined ? undefined : decodeProcess(params.exec, 'exec'),
      host,
      id,
      builtinBase,
      owner,
      layer,
      network,
      runtimeOptions,
    });
    const report = await runtime.plan(request);
    return { ...report, warnings: [...report.warnings] };
  },
  'container/restore': async ({ id, policy }, call) => ({
    items: [...(await (await call.session.runtime).restore(id, policy ?? 'reattach', contextOf(call)))],
  }),
};
