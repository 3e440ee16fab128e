import { join } from 'node:path';
import test from 'ava';
import { isRuntimeError } from '#src/core/errors.js';
import { simulatorLibrary } from '#src/simulatorLibrary.js';

test('a process that cannot load the stand-in is told why, and what it can do', (t) => {
  t.is(simulatorLibrary('dist', 'win32', 'x64'), join('dist', 'native/win32-x64/vmcompute.dll'));
  t.is(simulatorLibrary('dist', 'linux', 'arm64'), join('dist', 'native/libvmcompute.so'));
  const error = t.throws(() => simulatorLibrary('dist', 'win32', 'arm64'));
  t.true(isRuntimeError(error));
  t.is(error.message, 'the simulated HCS is for x64 on Windows, and this Node.js is for arm64');
});
