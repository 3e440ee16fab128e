import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, NATIVE, ROOT, same, told } from './checks.js';
import { windowsPath, type Wine } from './wine.js';

/** hcs.exe beside a script of the test's own, in a folder whose name has a blank and is not ASCII. */
export async function launcher(wine: Wine, folder: string): Promise<void> {
  const place = join(folder, 'größe 例 x');
  mkdirSync(place);
  const exe = join(place, 'hcs.exe');
  copyFileSync(join(NATIVE, 'hcs.exe'), exe);
  const node = { HCS_NODE: windowsPath(wine.parts.node) };

  await check('hcs.exe without its script says so', async () => {
    const ran = await wine.run(exe, [], { env: node });
    same('status', ran.code, 5);
    same('stderr', ran.stderr, 'hcs: hcs.cjs was not found beside hcs.exe: install hostcompute again\r\n');
  });
  writeFileSync(
    join(place, 'hcs.cjs'),
    `if (process.argv[2] === 'code') process.exit(Number(process.argv[3]));
    else if (process.argv[2] === 'copy') process.stdin.pipe(process.stdout);
    else if (process.argv[2] === 'wait') {
      process.on('SIGINT', () => process.exit(42)).on('SIGBREAK', () => process.exit(43));
      setTimeout(() => undefined, 15_000);
      console.log('ready');
    }
    else console.log(JSON.stringify(process.argv.slice(2)));`,
  );
  await check('hcs.exe hands arguments on byte for byte', async () => {
    const hard = ['a b', 'c"d', '', 'größe 例', 'x\\', 'a b\\', 'a\\"b', '%PATH%', '^&|<>', '--', '-x', "it's"];
    same('arguments', told(await wine.run(exe, hard, { env: node })), hard);
  });
  await check("hcs.exe keeps node from its own options' namesakes", async () => {
    const hard = ['run', '--env-file', 'there-is-none', '--env-file=x', '--inspect', '--', '--version'];
    same('arguments', told(await wine.run(exe, hard, { env: node })), hard);
  });
  await check('hcs.exe hands a long command line on', async () => {
    const long = ['x'.repeat(30_000)];
    same('arguments', told(await wine.run(exe, long, { env: node })), long);
  });
  for (const code of [0, 7, 255, 256, 1067, 0x7fffffff, 0xc0000005, 0xffffffff]) {
    await check(`hcs.exe ends with the program's code ${code}`, async () => {
      same('status', (await wine.run(exe, ['code', String(code)], { env: node })).code, code);
    });
  }
  const interrupt = wine.compile(join(ROOT, 'test/windows/interrupt.c'), 'interrupt.exe');
  await check('hcs.exe leaves Ctrl+C to the program, and ends with its code', async () => {
    same('status', (await wine.run(interrupt, ['c', 'ready', windowsPath(exe), 'wait'], { env: node })).code, 42);
  });
  await check('known difference: Wine has no Ctrl+Break', async () => {
    same('status', (await wine.run(interrupt, ['break', 'ready', windowsPath(exe), 'wait'], { env: node })).code, 254);
  });
  await check('a killed hcs.exe takes its node along', async () => {
    same('status', (await wine.run(interrupt, ['kill', 'ready', windowsPath(exe), 'wait'], { env: node })).code, 0);
  });
  await check('hcs.exe leaves stdio to the program, byte for byte', async () => {
    const input = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 256));
    const ran = await wine.run(exe, ['copy'], { env: node, input });
    same('status', ran.code, 0);
    if (!ran.stdout.equals(input)) throw new Error(`${ran.stdout.length} of ${input.length} bytes, or others`);
  });
  await check('hcs.exe finds node.exe by PATH', async () => {
    const env = { WINEPATH: windowsPath(join(wine.parts.node, '..')) };
    same('arguments', told(await wine.run(exe, ['x'], { env })), ['x']);
  });
  await check('hcs.exe does not take node.exe from the current folder', async () => {
    const cwd = join(folder, 'elsewhere');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'node.exe'), '');
    const ran = await wine.run(exe, [], { cwd });
    same('status', ran.code, 5);
    if (!ran.stderr.startsWith('hcs: node.exe was not found')) throw new Error(ran.stderr);
  });
}
