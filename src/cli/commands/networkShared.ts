/** What the network and endpoint verbs have in common. */
import type * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { invalidRequest } from '../../core/errors.js';
import type { EndpointItem, NetworkItem } from '../../core/runtime.js';
import type { Context } from '../context.js';
import type { Column } from '../output/table.js';
import { readJson } from '../spec/read.js';

/** The document of `--document FILE|-`, which options are laid over; undefined without it. */
export async function baseDocument<A>(
  codec: t.Type<A, unknown>,
  file: string | undefined,
  context: Context,
): Promise<A | undefined> {
  if (file === undefined) return undefined;
  const decoded = codec.decode(await readJson(file, '--document', context.host));
  if (isRight(decoded)) return decoded.right;
  const where = decoded.left.map(({ context: at }) =>
    at
      .map(({ key }) => key)
      .filter((key) => key !== '')
      .join('.'),
  );
  throw invalidRequest(
    `--document: ${where[0] ?? 'it'} is not as HNS has it`,
    where.map((path) => ({ path: `--document ${path}`, expected: `a member of ${codec.name}`, got: 'another type' })),
    'see the documents of: hcs network list --json',
  );
}

export const networkColumns: readonly Column<NetworkItem>[] = [
  { title: 'NAME', get: (item) => item.name },
  { title: 'TYPE', get: (item) => item.type },
  { title: 'SUBNETS', get: (item) => item.subnets.map(({ addressPrefix }) => addressPrefix ?? '?').join(' ') },
  { title: 'ID', get: (item) => item.id },
];

export const endpointColumns: readonly Column<EndpointItem>[] = [
  { title: 'NAME', get: (item) => item.name },
  { title: 'NETWORK', get: (item) => item.networkName },
  { title: 'ADDRESS', get: (item) => item.ipAddress ?? '-' },
  { title: 'STATE', get: (item) => item.state },
  { title: 'CONTAINERS', get: (item) => item.containers.join(' '), shrink: true },
  { title: 'ID', get: (item) => item.id },
];
