/** Members of a spec that Go's decoder, and so ours, passes over: mostly names that were mistyped. */
import type { GoShape } from './goTypes.js';
import { Spec } from './spec.js';

export interface StrangeMember {
  /** As issues have it: `spec.process.enviroment`. */
  readonly path: string;
  readonly name: string;
  /** The members that there are beside it. */
  readonly known: readonly string[];
}

/** Of unknown input, such as the answer of `parseJson`. Names are compared without case, as Go does. */
export const strangeMembers = (input: unknown): readonly StrangeMember[] => [...within(input, Spec.shape, 'spec')];

function* within(value: unknown, shape: GoShape, path: string): Generator<StrangeMember> {
  if (typeof value !== 'object' || value === null) return;
  if (shape.kind === 'list' && Array.isArray(value))
    for (const [at, item] of value.entries()) yield* within(item, shape.item, `${path}.${at}`);
  if (shape.kind !== 'struct' || Array.isArray(value)) return;
  const known = [...shape.fields.keys()];
  for (const [name, member] of Object.entries(value)) {
    const field = known.find((key) => key.toLowerCase() === name.toLowerCase());
    const inner = field === undefined ? undefined : shape.fields.get(field);
    if (inner === undefined) yield { path: `${path}.${name}`, name, known };
    else yield* within(member, inner, `${path}.${name}`);
  }
}
