/** Imported first: when the extension began to be loaded, by the clock of `performance`. */
export const BEGUN = performance.now();
