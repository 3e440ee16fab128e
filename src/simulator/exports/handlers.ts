import type { Handler } from '../call.js';
import * as callbacks from './callbacks.js';
import { HcsCreateProcess } from './createProcess.js';
import * as layers from './layers.js';
import * as lifecycle from './lifecycle.js';
import { HNSCall } from './networks.js';
import type { ExportName } from './opcodes.js';
import * as processes from './processes.js';
import * as properties from './properties.js';
import * as serviceSettings from './serviceSettings.js';
import * as systems from './systems.js';

/** The handler of every export. */
export const HANDLERS: Readonly<Record<ExportName, Handler>> = {
  ...systems,
  ...lifecycle,
  ...properties,
  ...serviceSettings,
  ...callbacks,
  ...processes,
  ...layers,
  HcsCreateProcess,
  HNSCall,
};
