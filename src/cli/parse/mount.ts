import type { Parse } from '../args/option.js';

/** A mount of the OCI spec, as HCS takes them: no type, `ro` as the only option. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly options?: readonly string[];
}

const EXPECTED = 'type=bind,source=DIR,target=DIR[,readonly], or SRC:DST[:ro]';

const mount = (source: string, destination: string, readonly: boolean): Mount => ({
  source,
  destination,
  ...(readonly ? { options: ['ro'] } : {}),
});

/** Cuts at the colons that are not a drive letter's (`C:\a:C:\b:ro`). A letter between two separators is a drive. */
function splitShort(text: string): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:[A-Za-z]:(?=[\\/])|\\\\[.?]\\[A-Za-z]:)?[^:]*/u.exec(rest);
    const part = match?.[0] ?? '';
    parts.push(part);
    rest = rest.slice(part.length);
    if (rest === ':') parts.push('');
    rest = rest.slice(1);
  }
  return parts;
}

function fromPairs(text: string): Mount | undefined {
  let source: string | undefined;
  let target: string | undefined;
  let readonly = false;
  for (const field of text.split(',')) {
    const at = field.indexOf('=');
    const key = (at < 0 ? field : field.slice(0, at)).trim().toLowerCase();
    const value = at < 0 ? undefined : field.slice(at + 1);
    switch (key) {
      case 'type':
        if (value !== 'bind' && value !== 'npipe') return undefined;
        break;
      case 'source':
      case 'src':
        source = value;
        break;
      case 'target':
      case 'destination':
      case 'dst':
        target = value;
        break;
      case 'readonly':
      case 'ro':
        if (value !== undefined && !['true', 'false', '1', '0'].includes(value)) return undefined;
        readonly = value === undefined || value === 'true' || value === '1';
        break;
      default:
        return undefined;
    }
  }
  return source !== undefined && source !== '' && target !== undefined && target !== ''
    ? mount(source, target, readonly)
    : undefined;
}

function fromShort(text: string): Mount | undefined {
  const [source, target, mode, ...more] = splitShort(text);
  if (source === undefined || source === '' || target === undefined || target === '' || more.length > 0)
    return undefined;
  if (mode !== undefined && mode !== 'ro' && mode !== 'rw') return undefined;
  return mount(source, target, mode === 'ro');
}

/** docker's `--mount` (`type=bind|npipe,source=..,target=..[,readonly]`) and its short form `src:dst[:ro]`. */
export const mountOption: Parse<Mount> = (text) => {
  const parsed = /^[a-z]+(?:=|,|$)/iu.test(text) ? fromPairs(text) : fromShort(text);
  return parsed === undefined ? { expected: EXPECTED } : { value: parsed };
};
