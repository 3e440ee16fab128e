import test from 'ava';
import { joined, unlawful } from '../../faults/lawful.js';

const page = (outcome: string, more = ''): string =>
  `# Faults\n\n## HcsX\n\n| fault | what the caller sees |\n| --- | --- |\n| lost | ${outcome} |\n${more}`;

test('an outcome that does not stand in the page is told, and so is a row that is missing on either side', (t) => {
  t.deepEqual(unlawful(page('start: ok'), page('start: ok')), []);
  t.deepEqual(unlawful(page('start: timeout'), page('start: ok')), ['HcsX: lost: start: timeout; lawful: start: ok']);
  t.deepEqual(unlawful(page('a'), page('a', '| twice | a |\n')), ['HcsX: twice: it was not met']);
  t.is(unlawful(page('a', '| twice | a |\n'), page('a')).length, 1);
});

test('of a race each outcome is lawful, and no other', (t) => {
  t.deepEqual(unlawful(page('b'), page('a<br>b')), []);
  t.is(unlawful(page('c'), page('a<br>b')).length, 1);
});

test('writing the page again keeps the outcomes of a race', (t) => {
  t.is(joined(page('b'), page('a')), page('a<br>b'));
  t.is(joined(page('b'), page('a<br>b')), page('a<br>b'));
  t.is(joined(page('b'), ''), page('b'));
});
