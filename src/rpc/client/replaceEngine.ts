/** An engine of an older version makes way for one of ours, unless somebody needs it. */
import { isRuntimeError } from '../../core/errors.js';
import type { EngineFile } from '../../home/engineFile.js';
import { connect } from './connect.js';

/** An engine that does not answer within this is left to whoever connects next. */
const PATIENCE_MS = 5000;

/** Asks an engine to end if it is idle. True: it does, or is gone; false: it is in use, or cannot be asked. */
export async function endIdle({ endpoint, key }: EngineFile, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const client = await connect({
      socket: endpoint,
      key,
      timeoutMs: PATIENCE_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      await client.request('engine/stop', { idle: true }, { timeoutMs: PATIENCE_MS });
      return true;
    } finally {
      await client.close();
    }
  } catch (e) {
    return isRuntimeError(e) && e.code === 'unavailable';
  }
}
