/** plan in an engine: also for a layer or a network, which core's own plan cannot look at. */
import { plan } from '../documents/plan.js';
import type { PlanReport, PlanRequest } from '../runtime.js';
import type { Core } from './core.js';
import { surveyGround } from './ground.js';

export async function planOn(core: Core, request: PlanRequest): Promise<PlanReport> {
  const ground = await surveyGround(core, request, request.id ?? '', '');
  if (ground === null) return plan(request, core.deps.target);
  const report = await plan({ ...request, spec: ground.spec }, core.deps.target);
  const standIns = [
    ...(ground.scratch === null ? [] : ['the scratch layer']),
    ...(ground.scratch?.mounted === true ? ['its volume'] : []),
    ...(ground.endpoint?.networkId == null ? [] : ['the network endpoint']),
  ];
  if (standIns.length === 0) return report;
  return { ...report, warnings: [...report.warnings, `made by create, so stand-ins here: ${standIns.join(', ')}`] };
}
