/** A command line cut into pieces, before any value is looked at: what both parsers answer. */
export interface RawArgs {
  /** By long name: `true` for a flag, texts in order for values and lists. */
  readonly options: Readonly<Record<string, true | readonly string[]>>;
  /** Everything that is neither option nor an option's value. */
  readonly positionals: readonly string[];
}
