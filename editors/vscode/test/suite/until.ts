/** Waits until `look` is true (or gives a value), asking again and again; the error says what was waited for and what was there last. */
export async function until<T>(
  what: string,
  boundMs: number,
  look: () => Promise<T | false | undefined | null> | T | false | undefined | null,
  shown?: () => Promise<unknown>,
): Promise<T> {
  const end = Date.now() + boundMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined && found !== null) return found;
    if (Date.now() > end) {
      const there = shown === undefined ? '' : `; there is: ${JSON.stringify(await shown()).slice(0, 1500)}`;
      throw new Error(`not within ${boundMs / 1000} s: ${what}${there}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
