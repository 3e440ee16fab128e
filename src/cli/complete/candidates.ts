/** Looks up what `want.ts` named: containers from an engine that runs already, files from the disk. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ContainerSummary } from '../../core/model/container.js';
import type { Context } from '../context.js';
import { visible } from '../output/visible.js';
import type { Candidate, Want, Wanted } from './want.js';

/** How long an engine may take to tell live names (design 7), unless `--timeout` says otherwise. */
const PATIENCE_MS = 50;
/** More would not fit any menu. */
const MOST_FILES = 500;

type Status = ContainerSummary['status'];

/** Which containers a verb can be used on; a verb that is not here: all. */
const FITTING: Readonly<Record<string, readonly Status[]>> = {
  start: ['created'],
  exec: ['running'],
  attach: ['running', 'paused', 'stopping'],
  kill: ['created', 'running', 'paused', 'stopping', 'lost'],
  stop: ['created', 'running', 'paused'],
  pause: ['running'],
  resume: ['paused'],
  delete: ['created', 'stopped', 'failed'],
  'delete-task': ['stopped'],
  top: ['running', 'paused'],
  stats: ['running', 'paused'],
  resize: ['running'],
  'close-stdin': ['running'],
  update: ['running', 'paused'],
};

/** Asks an engine that runs already, within the bound; nobody there, or nobody quick enough: nothing. */
async function ask<T>(
  context: Context,
  question: (client: Awaited<ReturnType<Context['connect']>>, signal: AbortSignal) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.globals.timeout ?? PATIENCE_MS)]);
  try {
    const client = await context.connectIfRunning(signal);
    return client === undefined ? [] : await question(client, signal);
  } catch {
    return [];
  }
}

/** Those that go on from `prefix`, a line each as `container/list` has them. One text: a thousand objects would cost more than all the rest. */
const containerLines = async (context: Context, verb: string | undefined, prefix: string): Promise<string> => {
  const statuses = verb === undefined ? undefined : FITTING[verb];
  const [text] = await ask(context, async (client, signal) => [await client.lines({ statuses, prefix }, { signal })]);
  return text ?? '';
};

async function containers(
  context: Context,
  { verb, but }: Extract<Want, { kind: 'containers' }>,
  prefix: string,
): Promise<readonly Candidate[]> {
  const named = new Set(but.map((id) => id.toLowerCase()));
  return (await containerLines(context, verb, prefix))
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [value = '', tooltip = ''] = line.split('\t');
      return { value, tooltip, kind: 'container' as const };
    })
    .filter(({ value }) => !named.has(value.toLowerCase()));
}

const execs = (context: Context, container: string): Promise<readonly Candidate[]> =>
  ask(context, async (client, signal) => {
    const { execs: found } = await client.state(container, { signal });
    return found.map(({ execId, status, pid }) => ({
      value: execId,
      tooltip: `${status}, pid ${pid}`,
      kind: 'exec' as const,
    }));
  });

/** Each label once, in the order in which containers have them. */
const labels = (context: Context): Promise<readonly Candidate[]> =>
  ask(context, async (client, signal) => {
    const { items } = await client.list(false, { signal });
    const users = new Map<string, string[]>();
    for (const { id, labels: pairs } of items)
      for (const { name, value } of pairs) {
        const text = `${name}=${value}`;
        users.set(text, [...(users.get(text) ?? []), id]);
      }
    return [...users]
      .map(([value, ids]) => ({
        value,
        tooltip: ids.length > 3 ? `${ids.length} containers` : ids.join(', '),
        kind: 'value' as const,
      }))
      .filter(isPlain);
  });

/** What else `--network` takes. */
const OTHER_NETWORKS: readonly Candidate[] = [
  { value: 'none', tooltip: 'no network', kind: 'value' },
  { value: 'container:', tooltip: 'that of a container, by its id', kind: 'value' },
];

/** HNS says what may be in a name, not we: nothing that would break a line. */
const words = (...parts: readonly (string | null | undefined)[]): string => visible(parts.filter(Boolean).join(', '));

const isPlain = ({ value }: Candidate): boolean => visible(value) === value;

const networks = (context: Context): Promise<readonly Candidate[]> =>
  ask(context, async (client, signal) =>
    (await client.networks.networks({ signal }))
      .map(({ id, name, type, subnets }) => ({
        value: name === '' ? id : name,
        tooltip: words(type, ...subnets.map(({ addressPrefix }) => addressPrefix)),
        kind: 'network' as const,
      }))
      .filter(isPlain),
  );

const endpoints = (context: Context, by: 'id' | 'name'): Promise<readonly Candidate[]> =>
  ask(context, async (client, signal) =>
    (await client.networks.endpoints({ signal }))
      .filter(({ containers: users }) => by === 'id' || users.length === 0)
      .map(({ id, name, networkName, ipAddress, state, containers: users }) => ({
        value: by === 'id' || name === '' ? id : name,
        tooltip: words(by === 'id' ? name : undefined, networkName, ipAddress, state, ...users),
        kind: 'endpoint' as const,
        ...(by === 'id' ? { alias: name } : {}),
      }))
      .filter(isPlain),
  );

/** The folder that is written already stays as it is written: `./`, `..\`, `C:\`. */
function files(context: Context, prefix: string, only: 'any' | 'json' | 'folders'): readonly Candidate[] {
  const separators = context.host.platform === 'win32' ? /[\\/]/u : /\//u;
  const parts = prefix.split(separators);
  const name = parts.at(-1) ?? '';
  const folder = prefix.slice(0, prefix.length - name.length);
  const separator = folder.at(-1) ?? (context.host.platform === 'win32' ? '\\' : '/');
  let entries;
  try {
    entries = readdirSync(resolve(context.host.cwd, folder === '' ? '.' : folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.name.startsWith(name) && (name.startsWith('.') || !entry.name.startsWith('.')))
    .filter((entry) => entry.isDirectory() || (only !== 'folders' && (only === 'any' || entry.name.endsWith('.json'))))
    .slice(0, MOST_FILES)
    .map((entry) =>
      entry.isDirectory()
        ? { value: `${folder}${entry.name}${separator}`, tooltip: 'folder', kind: 'folder' }
        : { value: `${folder}${entry.name}`, tooltip: 'file', kind: 'file' },
    );
}

async function lookUp(context: Context, wanted: Want, prefix: string): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case 'these':
      return wanted.candidates;
    case 'containers':
      return containers(context, wanted, prefix);
    case 'execs':
      return execs(context, wanted.container);
    case 'networks':
      if (!wanted.others) return networks(context);
      return [...(await Promise.all([networks(context), endpoints(context, 'id')])).flat(), ...OTHER_NETWORKS];
    case 'endpoints':
      return endpoints(context, wanted.by);
    case 'labels':
      return labels(context);
    case 'files':
      return files(context, prefix, wanted.only);
    case 'shell':
    case 'nothing':
      return [];
  }
}

/** All that goes on from what is written, in the order of the tables; ids in the order of `list`. */
export async function candidates(context: Context, { want, prefix, before }: Wanted): Promise<readonly Candidate[]> {
  // Ids are compared without case (design 7).
  const known = prefix.toLowerCase();
  return (await lookUp(context, want, prefix))
    .filter(({ value, alias = '' }) => [value, alias].some((text) => text.toLowerCase().startsWith(known)))
    .map(({ value, tooltip, kind }) => ({ value: `${before}${value}`, tooltip, kind }));
}

/** The same, a line each: VALUE<TAB>TOOLTIP<TAB>KIND. */
export async function candidateLines(context: Context, wanted: Wanted): Promise<string> {
  const { want, prefix, before } = wanted;
  if (want.kind === 'containers' && want.but.length === 0 && before === '')
    return (await containerLines(context, want.verb, prefix)).replaceAll('\n', '\tcontainer\n');
  const found = await candidates(context, wanted);
  return found.map(({ value, tooltip, kind }) => `${value}\t${tooltip}\t${kind}\n`).join('');
}
