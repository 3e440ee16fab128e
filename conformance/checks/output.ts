/** The output contract of design section 7, seen from outside. */
import assert from 'node:assert/strict';
import { group } from '../check.js';
import type { Target } from '../target.js';

const D7 = 'design 7';

/** Asserts one compact ASCII JSON document with an envelope, and a silent stderr. */
async function oneDocument(target: Target, args: readonly string[], schema: RegExp): Promise<Record<string, unknown>> {
  const ran = await target.hcs(args);
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stderr, '', 'stderr is not empty on success');
  assert.ok(
    ran.stdout.every((b) => b === 10 || (b >= 32 && b < 127)),
    'stdout is not ASCII',
  );
  assert.equal(ran.text.trimEnd().split('\n').length, 1, 'more than one line');
  const document = JSON.parse(ran.text) as Record<string, unknown>;
  assert.match(String(document['schema']), schema);
  assert.equal(document['ok'], true);
  return document;
}

const documents: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['list', ['list'], /^hostcompute\.[a-z-]+\/v1$/],
  ['version', ['version', '--json'], /^hostcompute\.version\/v1$/],
  ['info', ['info'], /^hostcompute\.info\/v1$/],
  ['doctor', ['doctor', '--json'], /^hostcompute\.doctor\/v1$/],
  ['engine-status', ['engine', 'status'], /^hostcompute\.[a-z-]+\/v1$/],
  ['events', ['events', '--json'], /^hostcompute\.[a-z-]+\/v1$/],
];

export const output = group(
  'output',
  [],
  [
    ...documents.map(
      ([id, args, schema]) =>
        [
          `${id}-is-one-ascii-document`,
          `hcs ${args.join(' ')} prints exactly one compact ASCII document with schema and ok, and nothing on stderr`,
          D7,
          async (target: Target) => {
            await oneDocument(target, args, schema);
          },
        ] as const,
    ),
    [
      'empty-list-has-items',
      'a list of nothing has an empty items array, not null and not no output',
      'field-notes C.1',
      async (target) => {
        const document = await oneDocument(target, ['list', '--json'], /./);
        assert.ok(Array.isArray(document['items']));
        assert.ok(Array.isArray(document['warnings']));
      },
    ],
    [
      'aliases-of-list',
      'ls and ps are list',
      D7,
      async (target) => {
        for (const alias of ['ls', 'ps']) await oneDocument(target, [alias, '--json'], /./);
      },
    ],
    [
      'engine-status-fields',
      'engine status names running, pid, version, startedAt, backend and clients',
      D7,
      async (target) => {
        await target.hcs(['list']);
        const document = await oneDocument(target, ['engine', 'status', '--json'], /./);
        for (const field of ['running', 'pid', 'version', 'startedAt', 'backend', 'clients'])
          assert.ok(field in document, field);
        assert.equal(document['backend'], target.options.backend);
      },
    ],
    [
      'failure-is-a-document-and-a-line',
      'a failure prints one error document on stdout and one plain line on stderr',
      D7,
      async (target) => {
        const ran = await target.hcs(['state', 'no-such-container', '--json']);
        assert.equal(ran.status, 3);
        const document = JSON.parse(ran.text) as {
          schema: string;
          ok: boolean;
          error: { code: string; message: string };
        };
        assert.equal(document.schema, 'hostcompute.error/v1');
        assert.equal(document.ok, false);
        assert.equal(document.error.code, 'notFound');
        assert.equal(ran.stderr.trimEnd().split('\n').length, 1);
      },
    ],
    [
      'mistyped-verb',
      'a verb that does not exist is status 2 and suggests the near one',
      'issue text; clig.dev',
      async (target) => {
        const ran = await target.hcs(['strat', '--json']);
        assert.equal(ran.status, 2);
        assert.match(ran.text + ran.stderr, /start/);
      },
    ],
    [
      'mistyped-flag',
      'a flag that does not exist is status 2 and names it',
      'issue text',
      async (target) => {
        const ran = await target.hcs(['list', '--jsn']);
        assert.equal(ran.status, 2);
        assert.match(ran.text + ran.stderr, /jsn/);
      },
    ],
    [
      'missing-argument',
      'a verb without its argument is status 2 and invalidRequest',
      D7,
      async (target) => {
        const { status, document } = await target.json(['state']);
        assert.equal(status, 2);
        assert.equal((document['error'] as { code: string }).code, 'invalidRequest');
      },
    ],
    [
      'extra-argument',
      'an argument too many is refused, not ignored',
      D7,
      async (target) => {
        assert.equal((await target.json(['state', 'a', 'b'])).status, 2);
      },
    ],
    [
      'help-exits-0',
      'help of the command and of a verb is on stdout with status 0',
      'clig.dev',
      async (target) => {
        for (const args of [['--help'], ['run', '--help']]) {
          const ran = await target.hcs(args);
          assert.equal(ran.status, 0);
          assert.match(ran.text, /run/);
        }
      },
    ],
  ],
);

const ids: readonly (readonly [string, string, boolean])[] = [
  ['one-letter', 'a', true],
  ['digits-dots-dashes', '0.a_B-9', true],
  ['longest', 'x'.repeat(128), true],
  ['too-long', 'x'.repeat(129), false],
  ['empty', '', false],
  ['path', '../up', false],
  ['backslash', 'a\\b', false],
  ['leading-dash-dot', '.hidden', false],
  ['space', 'a b', false],
  ['non-ascii', 'größe', false],
];

export const names = group(
  'id',
  ['container'],
  ids.map(([name, id, good]) => [
    `${good ? 'accepts' : 'refuses'}-${name}`,
    `an id such as ${JSON.stringify(id.slice(0, 20))} is ${good ? 'accepted' : 'refused with path, expected and got'}`,
    D7,
    async (target: Target) => {
      const { status, document } = await target.json([
        'create',
        `--id=${id}`,
        ...target.base,
        '--',
        'cmd',
        '/c',
        'ver',
      ]);
      if (good) {
        try {
          assert.equal(status, 0, JSON.stringify(document));
          assert.equal(document['id'], id);
        } finally {
          await target.hcs(['delete', '--force', id]);
        }
      } else {
        assert.equal(status, 2, JSON.stringify(document));
        const issue = (document['error'] as { issues: { path: string; expected: string; got: string }[] }).issues[0];
        assert.ok(issue?.path && issue.expected);
      }
    },
  ]),
);
