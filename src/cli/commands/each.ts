/** Verbs that take several ids: one answers as ever, several answer with a list, all at once, each with its own outcome. */
import type { Client } from '../../rpc/client/index.js';
import type { Positional } from '../command.js';
import type { Context } from '../context.js';
import { document, type DocumentOutcome, type Outcome } from '../output/outcome.js';
import { write } from '../output/write.js';

export const idsPositional: Positional = {
  name: 'id',
  describe: 'id of a container; of several, all are done at once',
  kind: 'id',
  required: true,
  variadic: true,
};

type One = (client: Client, id: string, context: Context) => Promise<DocumentOutcome>;

interface Done {
  readonly id: string;
  readonly outcome?: DocumentOutcome;
  readonly error?: unknown;
}

/** What goes beside `error` when some of several ids failed: each id with its answer or its error. */
async function failed(done: readonly Done[]): Promise<Error> {
  const { RuntimeError, toRuntimeError } = await import('../../core/errors.js');
  const errors = done.flatMap(({ error }) => (error === undefined ? [] : [toRuntimeError(error)]));
  const items = done.map(({ id, outcome, error }) =>
    outcome === undefined
      ? { id, ok: false, error: toRuntimeError(error).toDocument() }
      : { ok: true, ...outcome.body },
  );
  const [first] = errors;
  const message = [...new Set(errors.map((error) => error.message))].join('; ');
  const error = new RuntimeError(first?.code ?? 'internal', message, first?.details, { cause: first });
  return Object.assign(error, { items });
}

/** `doing`: for the spinner, such as `stopping`. Fails with the first failure's code when some failed; the others are done all the same. */
export async function forEachId(
  noun: string,
  doing: string,
  given: readonly string[],
  context: Context,
  one: One,
): Promise<Outcome> {
  const client = await context.connect();
  const same = given.map((id) => id.toLowerCase());
  const ids = given.filter((id, at) => same.indexOf(id.toLowerCase()) === at);
  const [only = ''] = ids;
  if (ids.length === 1) return one(client, only, context);
  const done = await context.progress(`${doing} ${ids.length} containers`, () => {
    // One spinner for all.
    const plain: Context = { ...context, progress: (_text, work) => work(context.call) };
    return Promise.all(
      ids.map((id): Promise<Done> =>
        one(client, id, plain).then(
          (outcome) => ({ id, outcome }),
          (error: unknown) => ({ id, error }),
        ),
      ),
    );
  });
  const outcomes = done.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  const text = outcomes.map((outcome) => outcome.text).join('\n');
  const quiet = outcomes.map((outcome) => outcome.quiet ?? '').join('\n');
  if (outcomes.length < done.length) {
    const shown = context.mode === 'table' ? text : context.mode === 'quiet' ? quiet : '';
    if (shown !== '') await write(context.host.stdout, `${shown}\n`);
    throw await failed(done);
  }
  return document(noun, { items: outcomes.map(({ body }) => body), warnings: [] }, text, { quiet });
}
