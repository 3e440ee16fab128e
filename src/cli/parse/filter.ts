/** `--filter KEY=VALUE`: of one key any value may match, of several keys all must (docker's rule). */
import { list, type ListOption, type Parsed } from '../args/option.js';

export interface Filter {
  readonly key: string;
  readonly value: string;
}

/** `keys`: what may be asked for, with the values that it can have; empty: any. */
export function filterOption(keys: Readonly<Record<string, readonly string[]>>, short?: string): ListOption<Filter> {
  const names = Object.keys(keys);
  return list('KEY=VALUE', `only what matches: ${names.join(', ')}`, {
    ...(short === undefined ? {} : { short }),
    choices: Object.entries(keys).flatMap(([key, values]) =>
      values.length === 0 ? [`${key}=`] : values.map((value) => `${key}=${value}`),
    ),
    parse: (text: string): Parsed<Filter> => {
      const at = text.indexOf('=');
      const key = text.slice(0, Math.max(0, at));
      const value = text.slice(at + 1);
      const values = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (values === undefined || value === '') return { expected: `KEY=VALUE with one of ${names.join(', ')}` };
      return values.length === 0 || values.includes(value)
        ? { value: { key, value } }
        : { expected: `${key}= with one of ${values.join(', ')}` };
    },
  });
}

/** Whether something whose `key` has the answers of `get` is asked for. Compared without case, as ids are. */
export function matches(filters: readonly Filter[], get: (key: string) => readonly string[]): boolean {
  return filters.every(({ key }) => {
    const has = get(key).map((value) => value.toLowerCase());
    return filters.some((filter) => filter.key === key && has.includes(filter.value.toLowerCase()));
  });
}
