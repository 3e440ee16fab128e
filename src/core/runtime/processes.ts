/** processes: what runs in the container (the seed's Summary and ListPids). */
import type { CallContext, ProcessItem } from '../runtime.js';
import { INIT } from '../model/ids.js';
import type { Cell } from './cell.js';
import type { Core } from './core.js';
import { ProcessListAnswer, readAnswer } from './properties.js';
import { query } from './stats.js';

const QUERY = '{"PropertyTypes":["ProcessList"]}';

export async function processes(core: Core, id: string, context?: CallContext): Promise<readonly ProcessItem[]> {
  const cell = core.find(id);
  const text = await query(core, cell, QUERY, 'list the processes of', context);
  const { ProcessList } = readAnswer(ProcessListAnswer, text, 'HcsGetComputeSystemProperties');
  const names = namesOf(cell);
  return (ProcessList ?? []).map((p) => ({
    pid: p.ProcessId ?? 0,
    imageName: p.ImageName ?? '',
    createdAt: p.CreateTimestamp ?? null,
    userTime100ns: p.UserTime100ns ?? 0,
    kernelTime100ns: p.KernelTime100ns ?? 0,
    memoryCommitBytes: p.MemoryCommitBytes ?? 0,
    memoryWorkingSetPrivateBytes: p.MemoryWorkingSetPrivateBytes ?? 0,
    memoryWorkingSetSharedBytes: p.MemoryWorkingSetSharedBytes ?? 0,
    processId: names.get(p.ProcessId ?? 0) ?? null,
  }));
}

function namesOf(cell: Cell): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const { state } = cell;
  if ('pid' in state && state.pid !== 0) names.set(state.pid, INIT);
  for (const exec of cell.record.execs) if (exec.exit === null) names.set(exec.pid, exec.execId);
  return names;
}
