/** The part that is used here; the package has no types of its own. */
declare module 'fs-native-extensions' {
  /** Exclusive lock on the whole file; false when another open file has it. */
  export function tryLock(fd: number): boolean;
}
