/** checkpoint: HCS has no such thing for Windows containers. */
import { RuntimeError } from '../errors.js';
import type { Core } from './core.js';

export function checkpoint(core: Core, id: string): never {
  const cell = core.find(id);
  throw new RuntimeError('unsupported', 'Windows containers cannot be checkpointed: HCS saves virtual machines only', {
    containerId: cell.id,
  });
}
