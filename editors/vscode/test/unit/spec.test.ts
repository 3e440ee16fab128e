import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { decodeSpec } from '#src/core/documents/spec.js';
import { isRuntimeError } from 'hostcompute/client';
import { HCS, ROOT } from '../../../../test/e2e/support.js';
import { layOut, planText, refusedText } from '../../src/spec/planText.js';
import { findings, isSpec, parseSpec, placeOf, segments, spanOf, type SpecText } from '../../src/spec/text.js';

const TEXT = `{
  "ociVersion": "1.0.2",
  "process": { "cwd": 5, "args": ["cmd", true] },
  "annotations": { "odd key": 1 },
  "windows": { "resources": { "memory": { "limit": 18446744073709551615 } } }
}`;
const parsed = (text: string): SpecText => {
  const spec = parseSpec(text);
  if (spec === null) throw new Error('no spec');
  return spec;
};
const at = (path: string): string => {
  const { offset, length } = spanOf(parsed(TEXT).root, path);
  return TEXT.slice(offset, offset + length);
};

test('integers keep all their digits', (t) => {
  const { value } = parsed(TEXT);
  t.like(value, { windows: { resources: { memory: { limit: 18446744073709551615n } } }, process: { cwd: 5 } });
});

test('text that is half typed is no spec yet; other JSON is none at all', (t) => {
  t.is(parseSpec('{ "ociVersion": '), null);
  t.is(parseSpec('[]'), null);
  t.true(isSpec(TEXT));
  t.false(isSpec('{"name": "ociVersion is not a member here"}'));
  t.false(isSpec('{"a": {"ociVersion": "1"}}'));
});

test('a path becomes steps', (t) => {
  t.deepEqual(segments('spec.process.args[1]'), ['process', 'args', 1]);
  t.deepEqual(segments('spec.annotations["odd key"]'), ['annotations', 'odd key']);
  t.deepEqual(segments('spec'), []);
  t.is(segments('--spec FILE'), undefined);
  t.is(segments('specific'), undefined);
});

test('a path is found in the text; what is missing is shown at what is around it', (t) => {
  t.is(at('spec.process.cwd'), '5');
  t.is(at('spec.process.args[1]'), 'true');
  t.is(at('spec.annotations["odd key"]'), '1');
  t.is(at('spec.windows.layerFolders'), '"windows"');
  t.is(at('spec.root.path'), '{', 'the opening brace');
  t.is(at('spec'), '{');
});

test('what the decoder says lies at its places', (t) => {
  const spec = parsed(TEXT);
  const error = t.throws(() => decodeSpec(spec.value));
  if (!isRuntimeError(error)) {
    t.fail();
    return;
  }
  const found = findings(spec, error.details.issues ?? [], ['spec.process.cwd is odd', 'no id was given'], 'a hint');
  const places = found.map(({ severity, span }) => `${severity} ${placeOf(TEXT, span.offset)}`);
  t.deepEqual(places.sort(), ['error 3:23', 'error 3:42', 'error 4:31', 'warning 3:23']);
  t.regex(found[0]?.message ?? '', /expected .*\na hint$/);
});

test('a plan is laid out with white space only', (t) => {
  const document = '{"Limit":18446744073709551615,"Text":"\\u00e9 { , }","Empty":{},"List":[1,2]}';
  const text = layOut(document);
  t.true(text.includes('\n  "Limit": 18446744073709551615,'));
  t.is(text.replace(/\n\s*/g, '').replace(/": /g, '":'), document);
  const whole = planText('web.hcs.json', { container: { document }, process: { document: '{}' }, warnings: ['w'] });
  t.true(whole.includes('// warning: w\n'));
  const calls = JSON.parse(whole.replace(/^\/\/.*$/gm, '')) as Record<string, object>;
  t.deepEqual(Object.keys(calls), ['HcsCreateComputeSystem', 'HcsCreateProcess']);
  t.true(whole.includes('"Limit": 18446744073709551615'));
  t.regex(refusedText('x', 'one\ntwo', whole), /^\/\/ x cannot be planned: one\n\/\/ two\n\/\/ Below/);
});

test('package.json: every command has a title and is registered, menus and keys name only such', (t) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'editors/vscode/package.json'), 'utf8')) as {
    contributes: {
      commands: { command: string }[];
      menus: Record<string, { command: string }[]>;
      viewsWelcome: { contents: string }[];
      problemMatchers: { name: string; pattern: { regexp: string } }[];
    };
  };
  const { commands, menus, viewsWelcome, problemMatchers } = manifest.contributes;
  const known = new Set(commands.map(({ command }) => command));
  for (const { command } of Object.values(menus).flat()) t.true(known.has(command), command);
  for (const { contents } of viewsWelcome) {
    for (const [, command = ''] of contents.matchAll(/\(command:([\w.]+)\)/g)) t.true(known.has(command), command);
  }
  const [places, command] = problemMatchers.map(({ pattern }) => new RegExp(pattern.regexp));
  t.deepEqual(places?.exec('/w/a b.hcs.json:3:7: error: spec.x: expected string')?.slice(1), [
    '/w/a b.hcs.json',
    '3',
    '7',
    'error',
    'spec.x: expected string',
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'hcs-matcher-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'e.json'), '{\n  "ociVersion": "1.0.2", x');
  const words = [HCS, 'create', '--dry-run', '--spec', 'e.json'];
  const { stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HCS_HOME: folder },
  });
  const found = command?.exec(stderr.trim())?.slice(1);
  t.deepEqual(found?.slice(0, 3), ['e.json', '2', '26'], stderr);
  t.regex(found?.[3] ?? '', /^expected JSON, got "x"/);
});
