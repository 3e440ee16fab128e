/**
 * How a message is written down: one value with its io-ts codecs, its text and the CLI verb that does the same. Host
 * dispatch, the typed client, `rpc.discover` and docs/rpc.md all come from these values.
 */
import * as t from 'io-ts';

/** A request: answered by exactly one result or error. Parameters are always one object (by name). */
export interface RequestDefinition<P extends t.Mixed = t.Mixed, R extends t.Mixed = t.Mixed> {
  readonly kind: 'request';
  readonly params: P;
  readonly result: R;
  readonly summary: string;
  /** `hcs` verb of the same meaning; null where the command line has none. */
  readonly cli: string | null;
  /**
   * HCS operations that may run one after the other (rollback included): the host gives up after `timeoutMs` times this.
   * null: `timeoutMs` bounds the whole request.
   */
  readonly operations: number | null;
  /** May also be sent as a notification, without an answer. */
  readonly unanswered: boolean;
}

/** A message without an answer. `from`: who sends it. */
export interface NotificationDefinition<P extends t.Mixed = t.Mixed> {
  readonly kind: 'notification';
  readonly params: P;
  readonly summary: string;
  readonly from: 'client' | 'host' | 'both';
}

export function request<P extends t.Mixed, R extends t.Mixed>(
  summary: string,
  params: P,
  result: R,
  more: { readonly cli?: string; readonly operations?: number; readonly unanswered?: boolean } = {},
): RequestDefinition<P, R> {
  return {
    kind: 'request',
    params,
    result,
    summary,
    cli: more.cli ?? null,
    operations: more.operations ?? null,
    unanswered: more.unanswered ?? false,
  };
}

export function notification<P extends t.Mixed>(
  from: NotificationDefinition['from'],
  summary: string,
  params: P,
): NotificationDefinition<P> {
  return { kind: 'notification', params, summary, from };
}

/** An object with required and optional members; unknown members are ignored (stripped when decoded). */
export function fields<R extends t.Props, O extends t.Props>(
  required: R,
  optional: O,
  name?: string,
): t.ExactC<t.IntersectionC<[t.TypeC<R>, t.PartialC<O>]>> {
  return t.exact(t.intersection([t.type(required), t.partial(optional)]), name);
}

/** A whole number within bounds; `t.number` would let fractions and NaN through. */
export class IntegerType extends t.Type<number> {
  readonly _tag = 'IntegerType' as const;
  constructor(
    readonly minimum: number,
    readonly maximum: number,
  ) {
    const is = (u: unknown): u is number =>
      typeof u === 'number' && Number.isSafeInteger(u) && u >= minimum && u <= maximum;
    super(
      `integer from ${minimum} to ${maximum}`,
      is,
      (u, context) => (is(u) ? t.success(u) : t.failure(u, context)),
      (a) => a,
    );
  }
}
export const integer = (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): IntegerType =>
  new IntegerType(minimum, maximum);

/** One of these words. */
export const words = <T extends string>(...values: readonly T[]): t.KeyofC<Record<T, null>> =>
  t.keyof(Object.fromEntries(values.map((v) => [v, null])) as Record<T, null>);
