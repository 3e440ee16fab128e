/** What core offers to the engine and to adapters. */
export { createRuntime, DEFAULT_OWNER, type BuiltinBase, type RuntimeDeps, type RuntimeHost } from './runtime/index.js';
export { DEFAULT_TIMEOUTS, timeoutsFrom, type Timeouts } from './timeouts.js';
