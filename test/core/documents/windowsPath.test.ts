import test from 'ava';
import {
  posixJoin,
  windowsBaseName,
  windowsClean,
  windowsJoin,
  windowsPathKey,
} from '#src/core/documents/windowsPath.js';

for (const [path, base] of [
  ['C:\\layers\\abc', 'abc'],
  ['C:/layers/abc', 'abc'],
  ['C:\\layers\\abc\\', ''],
  ['C:abc', 'abc'],
  ['C:', ''],
  ['abc', 'abc'],
  ['', ''],
  ['\\\\server\\share', ''],
  ['\\\\server\\share\\abc', 'abc'],
  ['\\\\?\\C:\\abc', 'abc'],
  ['C:\\a.b.c', 'a.b.c'],
] as const) {
  test(`the last component of ${path} is "${base}"`, (t) => {
    t.is(windowsBaseName(path), base);
  });
}

for (const [folder, joined] of [
  ['C:\\layers\\abc', 'C:\\layers\\abc\\UtilityVM'],
  ['C:/layers//abc/', 'C:\\layers\\abc\\UtilityVM'],
  ['C:\\layers\\.\\x\\..\\abc', 'C:\\layers\\abc\\UtilityVM'],
  ['C:\\..', 'C:\\UtilityVM'],
  ['C:', 'C:UtilityVM'],
  ['C:\\', 'C:\\UtilityVM'],
  ['..\\a', '..\\a\\UtilityVM'],
  ['', 'UtilityVM'],
  ['\\\\server\\share', '\\\\server\\share\\UtilityVM'],
  ['//server/share/a/', '\\\\server\\share\\a\\UtilityVM'],
  ['\\\\?\\Volume{1}\\x', '\\\\?\\Volume{1}\\x\\UtilityVM'],
  ['\\', '\\UtilityVM'],
] as const) {
  test(`${folder} joined with UtilityVM is ${joined}`, (t) => {
    t.is(windowsJoin(folder, 'UtilityVM'), joined);
  });
}

test('parts that are no UNC path never make one', (t) => {
  t.is(windowsJoin('\\', '\\server\\share'), '\\server\\share');
  t.is(windowsJoin('\\\\', 'server', 'share'), '\\server\\share');
});

for (const [path, cleaned] of [
  ['', '.'],
  ['.', '.'],
  ['a\\..', '.'],
  ['a\\..\\..', '..'],
  ['C:', 'C:.'],
  ['C:..\\..', 'C:..\\..'],
  ['\\..\\a', '\\a'],
  ['\\\\server\\share', '\\\\server\\share'],
  ['//server/share', '\\\\server\\share'],
] as const) {
  test(`${path} cleaned is ${cleaned}`, (t) => {
    t.is(windowsClean(path), cleaned);
  });
}

for (const [elements, joined] of [
  [['/tmp/gcs/1/binds', '/data'], '/tmp/gcs/1/binds/data'],
  [['/u/', 'a//b/../c/'], '/u/a/c'],
  [['u', '..'], '.'],
  [['/u', '../../..'], '/'],
  [['', ''], ''],
  [['/u', ''], '/u'],
  [['/u', 'C:\\x'], '/u/C:\\x'],
] as const) {
  test(`in the guest ${JSON.stringify(elements)} join to ${joined}`, (t) => {
    t.is(posixJoin(...elements), joined);
  });
}

test('two spellings of one folder have one key', (t) => {
  t.is(windowsPathKey('C:/Layers/X\\'), windowsPathKey('c:\\layers\\x'));
});
