/** What an OpenRPC document of this protocol takes back of an earlier one. Additions are no breach. */
type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

interface MethodEntry {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly result?: { readonly schema: Schema };
  readonly errors?: readonly unknown[];
  readonly [member: `x-${string}`]: unknown;
}

export interface OpenRpc {
  readonly methods: readonly MethodEntry[];
  readonly components: {
    readonly errors: Readonly<Record<string, { readonly code: number; readonly data: Schema }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

/** Who writes the value: what a client sends may be asked less of, what it gets may be promised more. */
type Direction = 'sent' | 'got';

/** One line for each breach, with its place; empty: everything that was promised still holds. */
export function breaches(before: OpenRpc, after: OpenRpc): string[] {
  return new Comparison(before, after).run();
}

class Comparison {
  private readonly found: string[] = [];
  private readonly underWay = new Set<string>();

  constructor(
    private readonly before: OpenRpc,
    private readonly after: OpenRpc,
  ) {}

  run(): string[] {
    const { before, after } = this;
    for (const [name, error] of Object.entries(before.components.errors)) {
      const now = after.components.errors[name];
      if (now === undefined) this.say(`error ${name}`, 'is gone');
      else {
        if (now.code !== error.code) this.say(`error ${name}`, `has code ${now.code}, not ${error.code}`);
        this.schema(`error ${name} data`, error.data, now.data, 'got');
      }
    }
    for (const method of before.methods) {
      const now = after.methods.find(({ name }) => name === method.name);
      if (now === undefined) this.say(method.name, 'is gone');
      else this.method(method, now);
    }
    return this.found;
  }

  private method(before: MethodEntry, after: MethodEntry): void {
    const { name } = before;
    const flags = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => key.startsWith('x-')));
    flags.delete('x-cli');
    for (const flag of flags as Set<`x-${string}`>) {
      const gained = before[flag] === undefined && flag === 'x-notification-too';
      if (before[flag] !== after[flag] && !gained) this.say(name, `${flag} has changed`);
    }
    const direction: Direction = before['x-from'] === 'host' ? 'got' : 'sent';
    for (const parameter of before.params) {
      const now = after.params.find((other) => other.name === parameter.name);
      const place = `${name} ${parameter.name}`;
      if (now === undefined) this.say(place, 'is gone');
      else {
        this.required(place, parameter.required, now.required, direction);
        this.schema(place, parameter.schema, now.schema, direction);
        // Notifications of both sides are also read by the client.
        if (before['x-from'] === 'both') this.schema(place, parameter.schema, now.schema, 'got');
      }
    }
    for (const { name: added, required } of after.params) {
      const isNew = !before.params.some((other) => other.name === added);
      if (isNew) this.required(`${name} ${added}`, false, required, direction);
    }
    if (before.result === undefined) return;
    if (after.result === undefined) this.say(name, 'has no answer any more');
    else this.schema(`${name} answer`, before.result.schema, after.result.schema, 'got');
  }

  private required(place: string, before: boolean, after: boolean, direction: Direction): void {
    if (direction === 'sent' && after && !before) this.say(place, 'is newly required');
    if (direction === 'got' && before && !after) this.say(place, 'is no longer always there');
  }

  private schema(place: string, from: Schema, to: Schema, direction: Direction): void {
    const key = `${place.split(' ')[0] ?? ''} ${direction} ${String(from['$ref'])} ${String(to['$ref'])}`;
    if (from['$ref'] !== undefined && this.underWay.has(key)) return;
    this.underWay.add(key);
    this.resolved(place, lookUp(this.before, from), lookUp(this.after, to), direction);
    this.underWay.delete(key);
  }

  private resolved(place: string, before: Schema, after: Schema, direction: Direction): void {
    for (const list of ['anyOf', 'allOf'] as const) {
      if (before[list] !== undefined) {
        this.members(place, before[list] as Schema[], (after[list] ?? [after]) as Schema[], direction);
        return;
      }
    }
    // One type that has become one of several.
    if (after['anyOf'] !== undefined && direction === 'sent') {
      this.members(place, [before], after['anyOf'] as Schema[], direction);
      return;
    }
    if (before['type'] !== after['type'] || before['const'] !== after['const']) {
      const anything = Object.keys(direction === 'sent' ? after : before).length === 0;
      if (!anything) this.say(place, `is ${kindOf(after)}, not ${kindOf(before)}`);
      return;
    }
    this.words(place, before, after);
    this.bounds(place, before, after, direction);
    for (const part of ['items', 'additionalProperties'] as const) {
      if (before[part] === undefined) continue;
      this.schema(`${place}[]`, before[part] as Schema, (after[part] ?? {}) as Schema, direction);
    }
    this.properties(place, before, after, direction);
  }

  /** Each alternative of before has its like among those of now. */
  private members(place: string, before: readonly Schema[], after: readonly Schema[], direction: Direction): void {
    for (const [i, schema] of before.entries()) {
      const fits = after.some((now) => {
        const attempt = new Comparison(this.before, this.after);
        for (const key of this.underWay) attempt.underWay.add(key);
        attempt.schema(place, schema, now, direction);
        return attempt.found.length === 0;
      });
      if (!fits) this.say(place, `alternative ${i + 1} (${kindOf(lookUp(this.before, schema))}) is gone`);
    }
  }

  private words(place: string, before: Schema, after: Schema): void {
    const now = after['enum'] as readonly string[] | undefined;
    for (const word of (before['enum'] ?? []) as readonly string[]) {
      if (now?.includes(word) !== true) this.say(place, `"${word}" is gone`);
    }
    if (before['enum'] === undefined && now !== undefined) this.say(place, 'is one of a few words now');
  }

  private bounds(place: string, before: Schema, after: Schema, direction: Direction): void {
    if (direction === 'got') return;
    const number = (schema: Schema, name: string, none: number): number => (schema[name] as number | undefined) ?? none;
    if (number(after, 'minimum', -Infinity) > number(before, 'minimum', -Infinity))
      this.say(place, 'has a higher minimum');
    if (number(after, 'maximum', Infinity) < number(before, 'maximum', Infinity))
      this.say(place, 'has a lower maximum');
  }

  private properties(place: string, before: Schema, after: Schema, direction: Direction): void {
    const [was, is] = [before, after].map((s) => (s['properties'] ?? {}) as Readonly<Record<string, Schema>>);
    const [needed, needs] = [before, after].map((s) => new Set((s['required'] ?? []) as readonly string[]));
    for (const [name, schema] of Object.entries(was ?? {})) {
      const now = is?.[name];
      if (now === undefined) this.say(`${place}.${name}`, 'is gone');
      else this.schema(`${place}.${name}`, schema, now, direction);
    }
    for (const name of new Set([...(needed ?? []), ...(needs ?? [])])) {
      if (was?.[name] === undefined && direction === 'got') continue;
      if (is?.[name] === undefined) continue;
      this.required(`${place}.${name}`, needed?.has(name) ?? false, needs?.has(name) ?? false, direction);
    }
  }

  private say(place: string, what: string): void {
    this.found.push(`${place} ${what}`);
  }
}

function lookUp({ components }: OpenRpc, schema: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return schema;
  const found = components.schemas[ref.replace('#/components/schemas/', '')];
  if (found === undefined) throw new Error(`${ref} leads nowhere`);
  return lookUp({ components } as OpenRpc, found);
}

function kindOf(schema: Schema): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (schema['anyOf'] !== undefined) return 'one of several';
  return typeof schema['type'] === 'string' ? schema['type'] : schema['enum'] === undefined ? 'anything' : 'a word';
}
