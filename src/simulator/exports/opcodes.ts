/** Exports by opcode of docs/simulator-wire.md; `outs` = out-parameters before `result`, `result` = has that trailing document. */
export interface ExportShape {
  readonly opcode: number;
  readonly outs: number;
  readonly result: boolean;
}

const shape = (opcode: number, outs: number, result: boolean): ExportShape => ({ opcode, outs, result });

export const EXPORTS = {
  HcsEnumerateComputeSystems: shape(1, 1, true),
  HcsCreateComputeSystem: shape(2, 1, true),
  HcsOpenComputeSystem: shape(3, 1, true),
  HcsCloseComputeSystem: shape(4, 0, false),
  HcsStartComputeSystem: shape(5, 0, true),
  HcsShutdownComputeSystem: shape(6, 0, true),
  HcsTerminateComputeSystem: shape(7, 0, true),
  HcsPauseComputeSystem: shape(8, 0, true),
  HcsResumeComputeSystem: shape(9, 0, true),
  HcsSaveComputeSystem: shape(10, 0, true),
  HcsGetComputeSystemProperties: shape(11, 1, true),
  HcsModifyComputeSystem: shape(12, 0, true),
  HcsModifyServiceSettings: shape(13, 0, true),
  HcsGetServiceProperties: shape(14, 1, true),
  HcsRegisterComputeSystemCallback: shape(15, 0, false),
  HcsUnregisterComputeSystemCallback: shape(16, 0, false),
  HcsCreateProcess: shape(17, 5, true),
  HcsOpenProcess: shape(18, 1, true),
  HcsCloseProcess: shape(19, 0, false),
  HcsTerminateProcess: shape(20, 0, true),
  HcsSignalProcess: shape(21, 0, true),
  HcsGetProcessInfo: shape(22, 4, true),
  HcsGetProcessProperties: shape(23, 1, true),
  HcsRegisterProcessCallback: shape(24, 0, false),
  HcsUnregisterProcessCallback: shape(25, 0, false),
  NameToGuid: shape(32, 1, false),
  ActivateLayer: shape(40, 0, false),
  DeactivateLayer: shape(41, 0, false),
  PrepareLayer: shape(42, 0, false),
  UnprepareLayer: shape(43, 0, false),
  GetLayerMountPath: shape(44, 1, false),
  CreateLayer: shape(45, 0, false),
  CreateSandboxLayer: shape(46, 0, false),
  ExpandSandboxSize: shape(47, 0, false),
  CopyLayer: shape(48, 0, false),
  DestroyLayer: shape(49, 0, false),
  ImportLayer: shape(50, 0, false),
  ExportLayer: shape(51, 0, false),
  LayerExists: shape(52, 1, false),
  GetBaseImages: shape(53, 1, false),
  ProcessBaseImage: shape(54, 0, false),
  ProcessUtilityImage: shape(55, 0, false),
  GrantVmAccess: shape(56, 0, false),
  HNSCall: shape(60, 1, false),
  HcsModifyProcess: shape(61, 0, true),
} as const satisfies Readonly<Record<string, ExportShape>>;

export type ExportName = keyof typeof EXPORTS;

export const isExportName = (name: string): name is ExportName => Object.hasOwn(EXPORTS, name);

const BY_OPCODE: ReadonlyMap<number, ExportName> = new Map(
  Object.entries(EXPORTS).map(([name, { opcode }]) => [opcode, name as ExportName]),
);

export const exportOf = (opcode: number): ExportName | undefined => BY_OPCODE.get(opcode);
