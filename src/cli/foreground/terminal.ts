import type { Sink } from '../output/style.js';
import type { Source } from '../context.js';

/**
 * Gives the terminal to the program: keys go to it one by one, Ctrl+C too, and it learns the size now and whenever it changes. Answers how
 * to take it back; to be called in every case. Where stdin is no terminal only the size is passed on.
 */
export function lendTerminal(
  stdin: Source,
  stdout: Sink,
  resized: (size: { readonly width: number; readonly height: number }) => void,
): () => void {
  const raw = stdin.isTTY === true && stdin.setRawMode !== undefined;
  const onResize = (): void => {
    const { columns, rows } = stdout;
    if (columns !== undefined && rows !== undefined && columns > 0 && rows > 0)
      resized({ width: columns, height: rows });
  };
  if (raw) stdin.setRawMode?.(true);
  if (stdout.isTTY === true) stdout.on('resize', onResize);
  let lent = true;
  return () => {
    if (!lent) return;
    lent = false;
    stdout.off('resize', onResize);
    if (raw) stdin.setRawMode?.(false);
  };
}
