/** Where things lie, seen from the compiled suite (build/editors/vscode/test/suite). */
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
export const EXTENSION = fileURLToPath(new URL('../../../../../editors/vscode/', import.meta.url));
export const HCS = fileURLToPath(new URL('../../../../../dist/bin/hcs.cjs', import.meta.url));
/** What a failing test leaves: screenshots and logs. */
export const LEFT = fileURLToPath(new URL('../../../../../build/vscode-failures/', import.meta.url));
export const PICTURES = fileURLToPath(new URL('../../../../../docs/images/', import.meta.url));
