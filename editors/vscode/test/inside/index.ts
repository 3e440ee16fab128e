/** Tests in the extension host, with the whole API of VS Code. The suite starts them (test/suite/inside.ts) and reads their results from a file. */
import { appendFileSync } from 'node:fs';
import { activationTests } from './activation.js';
import { containerTests } from './containers.js';
import { reach } from './reach.js';
import { specTests } from './specs.js';
import type { Results } from './results.js';

const TEST_MS = 40_000;

/** What VS Code calls. */
export async function run(): Promise<void> {
  const file = process.env['HCS_TEST_RESULTS'] ?? '';
  const tell = (line: string): void => {
    appendFileSync(file, `${line}\n`);
  };
  const results: Results = {
    async test(name, body) {
      const began = Date.now();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`not done within ${TEST_MS / 1000} s`));
        }, TEST_MS);
      });
      try {
        await Promise.race([body(), late]);
        tell(`passed ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      } catch (error) {
        const text = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error);
        tell(`failed ${name}: ${text.replace(/\s*\n\s*/g, ' | ').slice(0, 1500)}`);
      } finally {
        clearTimeout(timer);
      }
    },
    tell,
  };
  const made = process.env['HCS_TEST_REACH'];
  if (made === undefined) {
    await activationTests(results);
    await containerTests(results);
    await specTests(results);
  } else await reach(results, made);
  tell('end');
}
