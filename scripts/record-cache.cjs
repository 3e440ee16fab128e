'use strict';
// Preloaded by build-cache.mjs: when the command ends, the code that V8 has made of each pack by then is written beside it.
const { renameSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');

// Else packs without recorded code would go through node's own cache.
require('node:module').enableCompileCache = undefined;
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.set(options.filename, this);
  }
};
process.on('exit', () => {
  for (const [filename, script] of scripts) {
    const file = filename.replace(/cjs$/, 'v8');
    writeFileSync(`${file}.new`, script.createCachedData());
    renameSync(`${file}.new`, file);
  }
});
