/** All checks, in the order in which they run. */
import type { Check } from '../check.js';
import { events } from './events.js';
import { hyperv, lifecycle } from './lifecycle.js';
import { layerFaults, layerFolders, layerTools } from './layers.js';
import { networkedContainers, networkFaults, networks } from './networks.js';
import { names, output } from './output.js';
import { plans } from './plan.js';
import { execs, programs } from './process.js';
import { rpcBasics, rpcContainers } from './rpc.js';

export const checks: readonly Check[] = [
  ...output,
  ...names,
  ...plans,
  ...programs,
  ...execs,
  ...lifecycle,
  ...hyperv,
  ...layerTools,
  ...layerFolders,
  ...layerFaults,
  ...networks,
  ...networkedContainers,
  ...networkFaults,
  ...events,
  ...rpcBasics,
  ...rpcContainers,
];
