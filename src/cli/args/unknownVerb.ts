import { invalidRequest } from '../../core/errors.js';
import { ENTRIES, GROUPS_OF_VERBS } from '../commands/index.js';
import { OTHER_TOOLS } from './otherTools.js';
import { nearest } from './usage.js';

/** The failure of a verb that does not exist, with the near one; or of a group without its verb. */
export function unknownVerb(words: readonly string[]): Error {
  const given = words.join(' ');
  const group = GROUPS_OF_VERBS.has(words[0] ?? '') ? words[0] : undefined;
  const verbs = ENTRIES.filter((known) => group === undefined || known.name.startsWith(`${group} `));
  const instead = Object.hasOwn(OTHER_TOOLS, words[0] ?? '') ? OTHER_TOOLS[words[0] ?? ''] : undefined;
  const near =
    instead !== undefined
      ? undefined
      : nearest(
          given,
          verbs.flatMap((known) => [known.name, ...(known.aliases ?? [])]),
        );
  const choices = verbs.map((known) => known.name.split(' ').at(-1)).join(', ');
  const missing = group !== undefined && words.length === 1;
  return invalidRequest(
    missing
      ? `${given} needs one of: ${choices}`
      : `unknown verb "${given}"${near === undefined ? '' : `, did you mean "${near}"?`}`,
    [{ path: 'verb', expected: near ?? (group === undefined ? 'a verb' : choices), got: given }],
    instead ?? 'see: hcs help',
  );
}
