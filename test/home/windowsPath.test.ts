import test from 'ava';
import { MAX_HOME, notAHome, plainPath } from '#src/home/windowsPath.js';

for (const path of ['C:\\x', 'd:\\größe 例\\.hidden\\a.b', 'C:/x/y', 'C:\\', 'C:\\console\\nul1\\com10\\auxiliary'])
  test(`${path} can be a home`, (t) => {
    t.is(notAHome(path), undefined);
  });

const refused: readonly (readonly [path: string, why: RegExp])[] = [
  ['\\\\server\\share\\home', /network/],
  ['//server/share/home', /network/],
  ['\\\\?\\UNC\\server\\share', /network/],
  ['\\\\.\\NUL', /network, or a device/],
  ['\\home', /no drive/],
  ['C:home', /no drive/],
  [`C:\\${'x'.repeat(MAX_HOME)}`, /longer than/],
  ['C:\\nul', /keeps the name nul/],
  ['C:\\a\\COM1.txt\\b', /keeps the name COM1\.txt/],
  ['C:\\a\\CON', /keeps/],
  ['C:\\a.\\b', /drops the dot or blank/],
  ['C:\\a \\b', /drops/],
  ['C:\\a:b', /no such name/],
  ['C:\\a*', /no such name/],
];
for (const [path, why] of refused)
  test(`${path.slice(0, 40)} can be no home`, (t) => {
    t.regex(notAHome(path) ?? '', why);
  });

test('the prefix of a long path is dropped where a drive follows', (t) => {
  t.is(plainPath('\\\\?\\C:\\x'), 'C:\\x');
  t.is(plainPath('\\\\.\\C:\\x'), 'C:\\x');
  t.is(plainPath('\\\\?\\UNC\\server\\share'), '\\\\?\\UNC\\server\\share');
  t.is(
    plainPath('\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\'),
    '\\\\?\\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\\',
  );
});
