/** Refusals of layer calls as RuntimeErrors, with what is known to help (hcs-facts 2.3, 11). */
import { isRuntimeError, RuntimeError } from '../errors.js';
import { canonical } from '../hresult.js';
import { failed, failureOf } from '../runtime/failures.js';

const HINTS: ReadonlyMap<number, string> = new Map([
  [0x80070002, 'a file of the layer or of a parent is missing: unpack the image again'],
  [
    0x80070003,
    'check that the layer and all its parents exist, and that the parents are given nearest first, the base last',
  ],
  [0x80070005, 'layer work needs an elevated (administrator) process'],
  [0x80070522, 'import and export need the backup and restore privileges: run elevated'],
  [0x80070015, 'the layer is not ready: activate it first, or try again'],
  [0x8007048f, 'the layer is not ready: activate it first, or try again'],
  [0x800705b4, 'another layer is being prepared, by another program perhaps: try again'],
  [
    0x80070020,
    'the layer is in use (unprepare and deactivate it, end containers that use it), or it was built for another Windows build than the host: see "hcs layer find"',
  ],
  [0x800700b7, 'choose a folder that does not exist yet'],
  [0xc0370112, 'the folder is no layer, or its contents are damaged: unpack the image again'],
]);

/** `doing` reads like `activate layer C:\x`. */
export function layerFailed(e: unknown, doing: string, leftovers: readonly string[] = []): RuntimeError {
  const error = failed(e, { doing, leftovers });
  const failure = failureOf(e);
  const hint = failure === null ? undefined : HINTS.get(canonical(failure.hresult));
  if (hint === undefined || error.details.hint !== undefined) return error;
  return new RuntimeError(error.code, error.message, { ...error.details, hint }, { cause: e });
}

/** The same for a container whose create could not lay its ground. */
export function groundFailed(e: unknown, id: string, leftovers: readonly string[]): RuntimeError {
  const error = layerFailed(e, `create container ${id}`, leftovers);
  if (error.details.containerId !== undefined) return error;
  return new RuntimeError(
    error.code,
    isRuntimeError(e) ? `create container ${id}: ${error.message}` : error.message,
    { ...error.details, containerId: id },
    { cause: e },
  );
}
