/** Where faults strike: each export that the engine calls and each notification that it hears, with the verbs that lead there. */
import type { Verb } from './life.js';

export interface Point {
  /** Export or notification. */
  readonly name: string;
  readonly kind: 'export' | 'notification';
  /** Done before the fault is set. */
  readonly before: readonly Verb[];
  /** Done under the fault. */
  readonly under: readonly Verb[];
  readonly hyperv?: boolean;
  /** Names the line where one export has several. */
  readonly remark?: string;
}

const running: readonly Verb[] = ['create', 'start'];
const at = (
  kind: Point['kind'],
  name: string,
  before: readonly Verb[],
  under: readonly Verb[],
  more: Partial<Point> = {},
): Point => ({ name, kind, before, under, ...more });

/** Of one compute system: the fault strikes that one only. */
export const POINTS: readonly Point[] = [
  at('export', 'HcsCreateComputeSystem', [], ['create']),
  at('export', 'HcsRegisterComputeSystemCallback', [], ['create']),
  at('export', 'HcsStartComputeSystem', [], ['create']),
  at('export', 'HcsGetComputeSystemProperties', running, ['stats', 'processes']),
  at('export', 'HcsCreateProcess', ['create'], ['start'], { remark: 'init' }),
  at('export', 'HcsCreateProcess', running, ['exec'], { remark: 'exec' }),
  at('export', 'HcsRegisterProcessCallback', ['create'], ['start'], { remark: 'init' }),
  at('export', 'HcsRegisterProcessCallback', running, ['exec'], { remark: 'exec' }),
  at('export', 'HcsModifyProcess', running, ['finish'], { remark: 'end of input' }),
  at('export', 'HcsModifyProcess', ['create', 'startTerminal'], ['resize'], { remark: 'size' }),
  at('export', 'HcsGetProcessProperties', running, ['finish', 'wait']),
  at('export', 'HcsTerminateProcess', [...running, 'exec'], ['killExec', 'waitExec']),
  at('export', 'HcsShutdownComputeSystem', running, ['stop']),
  at('export', 'HcsTerminateComputeSystem', running, ['kill', 'wait']),
  at('export', 'HcsPauseComputeSystem', running, ['pause'], { hyperv: true }),
  at('export', 'HcsResumeComputeSystem', [...running, 'pause'], ['resume'], { hyperv: true }),
  at('export', 'HcsModifyComputeSystem', running, ['update']),
  at('notification', 'SystemCreateCompleted', [], ['create']),
  at('notification', 'SystemStartCompleted', [], ['create']),
  at('notification', 'SystemPauseCompleted', running, ['pause'], { hyperv: true }),
  at('notification', 'SystemResumeCompleted', [...running, 'pause'], ['resume'], { hyperv: true }),
  at('notification', 'SystemExited', running, ['kill', 'wait']),
  at('notification', 'ProcessExited', running, ['finish', 'wait'], { remark: 'init' }),
  at('notification', 'ProcessExited', [...running, 'exec'], ['killExec', 'waitExec'], { remark: 'exec' }),
];

/** What gives handles back: when HCS refuses that, they stay until the engine ends. */
export const CLOSING: readonly Point[] = [
  'HcsCloseComputeSystem',
  'HcsUnregisterComputeSystemCallback',
  'HcsCloseProcess',
  'HcsUnregisterProcessCallback',
].map((name) => at('export', name, running, ['finish', 'wait', 'rest']));

/** Struck while a new engine takes containers over. */
export const REATTACHING: readonly Point[] = ['HcsOpenComputeSystem', 'HcsOpenProcess', 'HcsGetProcessInfo'].map(
  (name) => at('export', name, running, ['wait'], { remark: 'new engine' }),
);

/** Of no compute system: one after the other. */
export const GENERAL: readonly Point[] = [
  at('export', 'HcsEnumerateComputeSystems', [], ['listAll']),
  at('export', 'HNSCall', [], ['networks'], { remark: 'list' }),
  at('export', 'CreateSandboxLayer', [], ['layerScratch']),
  at('export', 'ActivateLayer', ['layerScratch'], ['layerActivate']),
  at('export', 'PrepareLayer', ['layerScratch', 'layerActivate'], ['layerPrepare']),
  at('export', 'GetLayerMountPath', ['layerScratch', 'layerActivate', 'layerPrepare'], ['layerMountPath']),
  at('export', 'UnprepareLayer', ['layerScratch', 'layerActivate', 'layerPrepare'], ['layerUnprepare']),
  at('export', 'DeactivateLayer', ['layerScratch', 'layerActivate'], ['layerDeactivate']),
  at('export', 'DestroyLayer', ['layerScratch'], ['layerDestroy']),
  at('export', 'ImportLayer', [], ['layerImport']),
  at('export', 'ExportLayer', [], ['layerExport']),
  at('export', 'GrantVmAccess', [], ['layerGrant']),
  at('export', 'GetBaseImages', [], ['layerList']),
];

/** The engine never calls these, so no fault can reach it through them. */
export const NEVER_CALLED: readonly string[] = [
  'HcsSaveComputeSystem',
  'HcsSignalProcess',
  'HcsGetServiceProperties',
  'HcsModifyServiceSettings',
];
