/**
 * Every verb: its words, and where the rest of it is. Only the module of the verb asked for is evaluated, so that no verb pays
 * for the others.
 */
import type { AnyCommand } from '../command.js';

export interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  load(): Promise<AnyCommand>;
}

const entry = (name: string, load: () => Promise<{ readonly default: unknown }>, ...aliases: string[]): Entry => ({
  name,
  ...(aliases.length > 0 ? { aliases } : {}),
  // Handlers get the values that their own option table made: decodeArgs pairs the two.
  load: async () => (await load()).default as AnyCommand,
});

export const ENTRIES: readonly Entry[] = [
  entry('run', () => import('./run.js')),
  entry('create', () => import('./create.js')),
  entry('start', () => import('./start.js')),
  entry('exec', () => import('./exec.js')),
  entry('attach', () => import('./attach.js')),
  entry('kill', () => import('./kill.js')),
  entry('stop', () => import('./stop.js')),
  entry('pause', () => import('./pause.js')),
  entry('resume', () => import('./resume.js'), 'unpause'),
  entry('wait', () => import('./wait.js')),
  entry('delete', () => import('./delete.js'), 'rm'),
  entry('delete-task', () => import('./deleteTask.js')),
  entry('list', () => import('./list.js'), 'ls', 'ps'),
  entry('state', () => import('./state.js'), 'inspect'),
  entry('top', () => import('./top.js')),
  entry('stats', () => import('./stats.js')),
  entry('logs', () => import('./logs.js'), 'log'),
  entry('events', () => import('./events.js')),
  entry('resize', () => import('./resize.js')),
  entry('close-stdin', () => import('./closeStdin.js')),
  entry('update', () => import('./update.js')),
  entry('checkpoint', () => import('./checkpoint.js')),
  entry('restore', () => import('./restore.js')),
  entry('sweep', () => import('./sweep.js')),
  entry('plan', () => import('./plan.js')),
  entry('layer id', () => import('./layerId.js')),
  entry('layer find', () => import('./layerFind.js')),
  entry('layer list', () => import('./layerList.js')),
  entry('layer scratch', () => import('./layerScratch.js')),
  entry('layer activate', () => import('./layerActivate.js')),
  entry('layer prepare', () => import('./layerPrepare.js')),
  entry('layer mount-path', () => import('./layerMountPath.js')),
  entry('layer unprepare', () => import('./layerUnprepare.js')),
  entry('layer deactivate', () => import('./layerDeactivate.js')),
  entry('layer destroy', () => import('./layerDestroy.js')),
  entry('layer import', () => import('./layerImport.js')),
  entry('layer export', () => import('./layerExport.js')),
  entry('layer grant', () => import('./layerGrant.js')),
  entry('network list', () => import('./networkList.js')),
  entry('network create', () => import('./networkCreate.js')),
  entry('network delete', () => import('./networkDelete.js')),
  entry('endpoint list', () => import('./endpointList.js')),
  entry('endpoint create', () => import('./endpointCreate.js')),
  entry('endpoint delete', () => import('./endpointDelete.js')),
  entry('info', () => import('./info.js')),
  entry('doctor', () => import('./doctor.js')),
  entry('engine status', () => import('./engineStatus.js')),
  entry('engine start', () => import('./engineStart.js')),
  entry('engine stop', () => import('./engineStop.js')),
  entry('engine restart', () => import('./engineRestart.js')),
  entry('engine logs', () => import('./engineLogs.js')),
  entry('engine uninstall', () => import('./engineUninstall.js')),
  entry('simulator status', () => import('./simulatorStatus.js')),
  entry('simulator trace', () => import('./simulatorTrace.js')),
  entry('simulator fault', () => import('./simulatorFault.js')),
  entry('serve', () => import('./serve.js')),
  entry('complete', () => import('./complete.js')),
  entry('completion', () => import('./completion.js')),
  entry('schema', () => import('./schema.js')),
  entry('version', () => import('./version.js')),
  entry('help', () => import('./help.js')),
];

/** First words of two-word verbs. */
export const GROUPS_OF_VERBS: ReadonlySet<string> = new Set(
  ENTRIES.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ', 1)[0] ?? ''] : [])),
);

export const findEntry = (name: string): Entry | undefined =>
  ENTRIES.find((known) => known.name === name || known.aliases?.includes(name) === true);
