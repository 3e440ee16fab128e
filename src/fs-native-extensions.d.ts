/** The part that we use; the package has no types. */
declare module 'fs-native-extensions' {
  /** Exclusive advisory lock on the whole file; false when another open file holds it. Freed when the descriptor is closed. */
  export function tryLock(fd: number): boolean;
}
