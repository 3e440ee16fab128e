/*
 * Appended to lmdb's dist/index.cjs in the copy that runs under Wine, whose file mappings cannot grow: maps piece by piece, and begins each
 * database with a file that is large enough (TEMPLATE, beside it). Windows itself needs none of this.
 */
{
  const fs = require('node:fs');
  const path = require('node:path');
  const { open } = exports;
  exports.open = (options) => {
    const file = path.join(options.path, 'data.mdb');
    fs.mkdirSync(options.path, { recursive: true });
    if (!fs.existsSync(file)) fs.copyFileSync(path.join(__dirname, 'template.mdb'), file);
    return open({ ...options, remapChunks: true });
  };
}
