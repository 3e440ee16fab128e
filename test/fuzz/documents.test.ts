/**
 * Documents that come from outside, as they should not be: kept examples (test/fuzz/corpus), made-up ones, and good ones with a part changed. Each
 * is understood or refused with one classified error that names where; nothing else is ever thrown.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { decodeSpec } from '#src/core/documents/spec.js';
import { isRuntimeError } from '#src/core/errors.js';
import { parseResult } from '#src/core/hresult.js';
import { EnumerateAnswer, readAnswer } from '#src/core/runtime/properties.js';
import { decodeEvent, decodeRecord } from '#src/store/decode.js';
import { WireEvent } from '#src/bridge/wire.js';
import { ROOT } from '../helpers/cli.js';
import { event, record } from '../store/support.js';

const corpus = (name: string): readonly unknown[] =>
  JSON.parse(readFileSync(join(ROOT, 'test/fuzz/corpus', `${name}.json`), 'utf8')) as readonly unknown[];

/** A good document in which one member, somewhere, is something else or gone. */
function spoilt(good: unknown): fc.Arbitrary<unknown> {
  return fc.tuple(fc.nat(), fc.option(fc.jsonValue(), { nil: undefined })).map(([n, other]) => {
    const copy = structuredClone(good);
    const places: (() => void)[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        places.push(() => {
          (node as Record<string, unknown>)[key] = other;
        });
        walk((node as Record<string, unknown>)[key]);
      }
    };
    walk(copy);
    places[n % places.length]?.();
    return copy;
  });
}

const GOOD_SPEC = {
  ociVersion: '1.0.2',
  hostname: 'h',
  process: { args: ['a', 'b'], cwd: 'C:\\', env: ['A=b'], user: { username: 'u' }, terminal: true },
  root: { path: '\\\\?\\Volume{x}\\', readonly: false },
  mounts: [{ source: 'C:\\a', destination: 'C:\\b', options: ['ro'] }],
  windows: {
    layerFolders: ['C:\\l', 'C:\\s'],
    resources: { memory: { limit: 104857600 }, cpu: { count: 1 } },
    network: { endpointList: ['x'] },
  },
  annotations: { a: 'b' },
};

const refusedOrRead = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch (e) {
    return (
      isRuntimeError(e) && ['invalidRequest', 'hcsFailure', 'unsupported'].includes(e.code) && e.message.length < 2000
    );
  }
};

test('a spec of any shape is understood, or refused as a bad request', (t) => {
  t.notThrows(() => decodeSpec(GOOD_SPEC));
  for (const spec of corpus('specs'))
    t.true(
      refusedOrRead(() => decodeSpec(spec)),
      JSON.stringify(spec),
    );
  fc.assert(
    fc.property(fc.jsonValue(), (spec) => refusedOrRead(() => decodeSpec(spec))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(spoilt(GOOD_SPEC), (spec) => refusedOrRead(() => decodeSpec(spec))),
    { numRuns: 3000 },
  );
});

test('a result document of any shape says something or nothing, and never throws', (t) => {
  for (const text of corpus('results')) t.notThrows(() => parseResult(String(text)), String(text));
  const good = {
    Error: -1070137083,
    ErrorMessage: 'm',
    ErrorEvents: [{ Message: 'a', EventId: 1, Flags: 2, Source: 's' }],
  };
  t.is(parseResult(JSON.stringify(good)).events.length, 1);
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    spoilt(good).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { hresult, message, events } = parseResult(text);
      return (hresult === null || (hresult >= 0 && hresult < 2 ** 32)) && message !== '' && Array.isArray(events);
    }),
    { numRuns: 5000 },
  );
});

test('an answer of HCS of any shape is read, or is hcsFailure with its phase', (t) => {
  const good = [{ Id: 'a', State: 'Running', SystemType: 'Container', Owner: 'o', RuntimeId: 'r' }];
  t.is(readAnswer(EnumerateAnswer, JSON.stringify(good), 'x').length, 1);
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    spoilt(good).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(texts, (text) => refusedOrRead(() => readAnswer(EnumerateAnswer, text, 'op'))),
    { numRuns: 5000 },
  );
  t.pass();
});

test('a notification of any shape is taken or not, and what is taken has its fields', (t) => {
  const good = { sequence: 1, token: 2, kind: 'system', type: 1, status: 0, data: null };
  t.true(WireEvent.is(good));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), spoilt(good)), (value) => {
      if (!WireEvent.is(value)) return true;
      return typeof value.token === 'number' && typeof value.sequence === 'number';
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('records and events of any shape come out of the store whole or not at all', (t) => {
  t.truthy(decodeRecord(JSON.stringify(record('a'))));
  t.truthy(decodeEvent(JSON.stringify(event(1))));
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    spoilt(record('a')).map((value) => JSON.stringify(value)),
    spoilt(event(1)).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const found = decodeRecord(text);
      const told = decodeEvent(text);
      return (found === null || typeof found.id === 'string') && (told === null || typeof told.cursor === 'number');
    }),
    { numRuns: 5000 },
  );
  t.pass();
});
