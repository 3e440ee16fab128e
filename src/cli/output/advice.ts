/** What to do about a failure that says nothing better itself, in the words of this command line. Loaded only when there is one. */
import type { ErrorDocument } from '../../core/errors.js';

/** Verbs that need a program that runs. */
const NEEDS_RUNNING = new Set(['exec', 'top', 'stats', 'pause', 'resize', 'close-stdin', 'update', 'attach']);

function ofState(id: string, state: string | undefined, verb: string): string | undefined {
  if (verb === 'start' && state === 'running') return undefined;
  if (verb === 'start') return `a container runs once: hcs delete ${id}, then create it again`;
  if (!NEEDS_RUNNING.has(verb)) return undefined;
  if (state === 'created') return `hcs start ${id} first`;
  if (state === 'paused') return `hcs resume ${id} first`;
  return state === 'stopped' ? `what it has written: hcs logs ${id}; its end: hcs state ${id}` : undefined;
}

/** A hint for `error` of `verb`; undefined when nothing useful can be said. */
export function advice(
  { code, message, containerId: id }: ErrorDocument,
  verb: string | undefined,
): string | undefined {
  if (id === undefined || verb === undefined) return undefined;
  // Who comes from docker names an image there.
  if (code === 'processCannotStart' && verb === 'run' && message.includes('does not exist'))
    return 'the first word is the program, not an image; --layer DIR takes a layer (hcs layer find)';
  if (code === 'notFound' && message.endsWith('does not exist')) return 'see: hcs list';
  if (code === 'alreadyExists') return `choose another --id, or: hcs delete --force ${id}`;
  if (code !== 'failedPrecondition') return undefined;
  return ofState(id, / is (\w+), so it cannot /u.exec(message)?.[1], verb);
}
