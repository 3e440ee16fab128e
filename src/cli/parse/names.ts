import type { Parse } from '../args/option.js';
import type { NameValue } from '../../core/model/container.js';

const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
export const ID_SHAPE = '1 to 128 of A-Z a-z 0-9 _ . -, starting with a letter or a digit';

/** A container id. The shape is core's (`model/ids.ts`); it is looked at here so that no engine is started for a bad one. */
export const containerId: Parse<string> = (text) =>
  ID_PATTERN.test(text) ? { value: text } : { expected: `an id: ${ID_SHAPE}` };

/** An exec id: as a container id, but not `init`, which names the first process. */
export const execId: Parse<string> = (text) =>
  ID_PATTERN.test(text) && text.toLowerCase() !== 'init'
    ? { value: text }
    : { expected: `an exec id: ${ID_SHAPE}; not "init"` };

/** `K=V`; `K` alone is an empty label. */
export const label: Parse<NameValue> = (text) => {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  return name === ''
    ? { expected: 'a label such as key=value' }
    : { value: { name, value: at < 0 ? '' : text.slice(at + 1) } };
};

/** RFC 3339, or how long ago (`10m`); answered as RFC 3339 UTC. */
export const moment =
  (now: () => number, duration: Parse<number>): Parse<string> =>
  (text) => {
    const ago = duration(text);
    const time = 'value' in ago ? now() - ago.value : /^\d{4}-\d\d-\d\d/u.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time)
      ? { expected: 'a time such as 2026-01-31T12:00:00Z, or how long ago such as 10m' }
      : { value: new Date(time).toISOString() };
  };
