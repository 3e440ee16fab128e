/** One line a test, a total at the end, as scripts/test.mjs reads them. */
export const count = { passed: 0, failed: 0 };

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export function passed(name: string): void {
  count.passed++;
  say(`passed ${name}`);
}

export function failed(name: string, why: unknown): void {
  count.failed++;
  const text = why instanceof Error ? why.message : String(why);
  say(`failed ${name}: ${text.replace(/\s*\n\s*/g, ' | ')}`);
}

/** Runs one test; its failure does not keep the others from running. */
export async function check(
  name: string,
  boundMs: number,
  body: () => Promise<void>,
  onFailure?: (name: string) => Promise<unknown>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done within ${boundMs / 1000} s`));
    }, boundMs);
  });
  const began = Date.now();
  try {
    await Promise.race([body(), late]);
    passed(`${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed(name, error);
    await onFailure?.(name).catch(() => undefined);
  } finally {
    clearTimeout(timer);
  }
}
