/** plan in an engine: also for a layer or a network, which core's own plan cannot look at, and for the built-in base. */
import { leavesLayers } from '../documents/layers.js';
import { plan, PLAN_ID } from '../documents/plan.js';
import type { PlanReport, PlanRequest } from '../runtime.js';
import { withBase } from './base.js';
import type { Core } from './core.js';
import { surveyGround } from './ground.js';

export async function planOn(core: Core, request: PlanRequest): Promise<PlanReport> {
  const ground = await surveyGround(core, request, request.id ?? '', '');
  const given = ground?.spec ?? request.spec;
  const based = request.builtinBase === true && leavesLayers(given);
  const spec = based ? await withBase(core, request.id ?? PLAN_ID, given, 'plan') : given;
  const report = await plan({ ...request, spec }, core.deps.target);
  const standIns = [
    ...(ground === null || ground.scratch === null ? [] : ['the scratch layer']),
    ...(ground?.scratch?.mounted === true ? ['its volume'] : []),
    ...(ground?.endpoint?.networkId == null ? [] : ['the network endpoint']),
  ];
  const warnings = [
    ...(based ? ['the spec names no layers: planned with the built-in base of the simulator'] : []),
    ...(standIns.length === 0 ? [] : [`made by create, so stand-ins here: ${standIns.join(', ')}`]),
  ];
  return warnings.length === 0 ? report : { ...report, warnings: [...report.warnings, ...warnings] };
}
