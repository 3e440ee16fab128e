#!/usr/bin/env node
// npm's `prepare`: builds after `npm ci` in a checkout and before packing. `npx hcs` in a checkout makes npm link the package into npx's own
// cache first and prepare it again; what is built already is then left alone, or the first `npx hcs` would take a whole build.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = ['hcs.cjs', 'engine.mjs', 'simulator.mjs'].every((name) =>
  existsSync(fileURLToPath(new URL(`../dist/bin/${name}`, import.meta.url))),
);
if (process.env.npm_command === 'exec' && built) process.exit(0);
const { status } = spawnSync('npm run build', { stdio: 'inherit', shell: true });
process.exit(status ?? 1);
