import test from 'ava';
import fc from 'fast-check';
import { HcsError } from '#src/core/ports.js';
import * as hr from '#src/core/hresult.js';

test('both spellings of a code have their own names and one meaning', (t) => {
  t.is(hr.symbolOf(0xc0370105), 'ERROR_VMCOMPUTE_INVALID_STATE');
  t.is(hr.symbolOf(0x80370105), 'HCS_E_INVALID_STATE');
  t.is(hr.symbolOf(0x80370109), 'HCS_E_CONNECTION_TIMEOUT');
  t.is(hr.symbolOf(0xc0370109), 'ERROR_VMCOMPUTE_TIMEOUT');
  for (let low = 0x0100; low <= 0x0113; low++) {
    const old = (0xc0370000 + low) >>> 0;
    const twin = (0x80370000 + low) >>> 0;
    t.is(hr.canonical(twin), old, hr.hexOf(twin));
    t.true(hr.knownHresults.has(old), hr.hexOf(old));
    t.is(hr.knownHresults.has(twin), low !== 0x0103 && low !== 0x0104, hr.hexOf(twin));
  }
  t.true(hr.isInvalidState(0x80370105) && hr.isInvalidState(0xc0370105));
  t.true(hr.isNotExist(0x8037010e) && hr.isNotExist(0xc037010e) && hr.isNotExist(0x80070490));
});

test('codes of computecore alone are no aliases', (t) => {
  for (let low = 0x0114; low <= 0x011f; low++) {
    t.true(hr.symbolOf((0x80370000 + low) >>> 0).startsWith('HCS_E_'));
    t.is(hr.canonical((0x80370000 + low) >>> 0), (0x80370000 + low) >>> 0);
    t.is(hr.symbolOf((0xc0370000 + low) >>> 0), hr.hexOf(0xc0370000 + low));
  }
});

test('only 0xC0370103 is pending', (t) => {
  t.true(hr.isPending(0xc0370103));
  t.true(hr.isPending(0xc0370103 | 0));
  t.false(hr.isPending(0x80370103));
  t.false(hr.isPending(0x80370117));
});

test('a Win32 code is found whatever its severity bits are', (t) => {
  t.is(hr.win32Of(0x80070005), 5);
  t.is(hr.win32Of(0xc0070005), 5);
  t.is(hr.win32Of(0x80370105), null);
  t.is(hr.win32Of(0x00070005), null, 'a success');
  t.is(hr.symbolOf(0xc0070005), 'ERROR_ACCESS_DENIED');
  t.true(hr.isAccessDenied(0xc0070005));
});

test('an object that is not found has stopped and does not exist', (t) => {
  t.true(hr.isAlreadyStopped(0x80070490) && hr.isNotExist(0x80070490));
  t.true([0xc0370110, 0x80370110, 0x8037011f].every(hr.isAlreadyStopped));
  t.false(hr.isAlreadyStopped(0x8007007f), 'the seed took a missing export for a stopped container');
});

test('a code without a name is shown as a number', (t) => {
  t.is(hr.symbolOf(0xdeadbeef), '0xDEADBEEF');
  t.is(hr.symbolOf(0x8007ffff), '0x8007FFFF');
  t.is(hr.symbolOf(1), 'S_FALSE');
});

test('signed and unsigned spellings mean the same', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (code) => {
      t.is(hr.canonical(code | 0), hr.canonical(code));
      t.is(hr.symbolOf(code | 0), hr.symbolOf(code));
      t.is(hr.isFailure(code | 0), code >= 0x80000000);
      t.is(hr.canonical(hr.canonical(code)), hr.canonical(code));
    }),
  );
  t.pass();
});

test('the result document gives its events, and nothing else is believed of it', (t) => {
  const text =
    '{"Error":-1070137083,"ErrorMessage":"no","ErrorEvents":[{"Message":"m","EventId":3,"Provider":"p","Data":[{"Type":"x"}]}]}';
  t.deepEqual(hr.parseResult(text), {
    hresult: 0xc0370105,
    message: 'no',
    events: [{ message: 'm', eventId: 3, provider: 'p' }],
  });
});

test('no text can make the result document throw', (t) => {
  const nothing = { hresult: null, message: null, events: [] };
  for (const text of [null, '', '{', '[]', '"x"', '{"Error":"5"}', '{"ErrorEvents":{}}', 'null']) {
    t.deepEqual(hr.parseResult(text), nothing, String(text));
  }
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => hr.parseResult(text).events.length >= 0));
});

test('a thrown value is asked for its meaning by shape', (t) => {
  const error = new HcsError({ operation: 'HcsX', hresult: 0xc037010e, symbol: 's', events: [] });
  t.true(hr.when(hr.isNotExist)(error));
  t.true(hr.when(hr.isNotExist)({ failure: { hresult: 0x8037010e } }));
  for (const other of [new Error('x'), null, undefined, 5, { failure: 5 }, { failure: { hresult: 'x' } }]) {
    t.false(hr.when(hr.isNotExist)(other));
    t.is(hr.hresultOf(other), null);
  }
});
