'use strict';
// How the command starts. The build puts this at the head of dist/bin/hcs.cjs, together with PACK_OF: which pack holds which piece. A pack
// is read whole, and with it the code that V8 made of it when it was built: nothing is compiled before the first line runs. V8 refuses
// code of another version of itself; then node's own compile cache helps (22.8 and later), else the pack is compiled as any script is.
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

const folder = `${__dirname}/hcs/`;
Object.defineProperty(globalThis, '__hcsFileUrl', { get: () => require('node:url').pathToFileURL(__filename).href });

const packs = {};
const pieces = {};

/** Whether node keeps a compile cache of its own from now on. Loading node:module takes a millisecond. */
function compileCache() {
  const { enableCompileCache } = require('node:module');
  enableCompileCache?.();
  return enableCompileCache !== undefined;
}

function compiled(pack) {
  const filename = `${folder}${pack}.cjs`;
  let cachedData;
  try {
    cachedData = readFileSync(`${folder}${pack}.v8`);
  } catch {
    // A build that could not run the command has none.
  }
  if (cachedData === undefined && compileCache()) return require(filename);
  // The packs are ASCII: read as such they need no decoding, and take half the memory.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  if (script.cachedDataRejected === true && compileCache()) return require(filename);
  return script.runInThisContext();
}

function piece(name) {
  const known = pieces[name];
  if (known !== undefined) return known.exports;
  const module = (pieces[name] = { exports: {} });
  const pack = PACK_OF[name];
  packs[pack] ??= compiled(pack);
  packs[pack][name](module.exports, load, module, `${folder}${name}.cjs`, folder);
  return module.exports;
}

/** `require` as the pieces have it: another piece, or what node finds from here. */
function load(name) {
  const own = /^\.\/(?:hcs\/)?([A-Z0-9]+)\.cjs$/.exec(name);
  return own === null ? require(name) : piece(own[1]);
}

piece('ENTRY');
