/** Options that every verb takes, before the verb or among its own. */
import { choice, flag, value, type OptionValues } from './args/option.js';
import { MODES } from './output/render.js';
import { positiveDuration } from './parse/duration.js';

export const globalOptions = {
  home: value('DIR', 'folder of the engine, its records and logs (HCS_HOME)'),
  backend: choice(['hcs', 'simulator'], 'HCS itself, or the simulated one (HCS_BACKEND)'),
  output: choice(MODES, 'how to print the result; default: table on a terminal, else json', { short: 'o' }),
  json: flag('same as --output json'),
  quiet: flag('same as --output quiet', { short: 'q' }),
  timeout: value('TIME', 'bound of each HCS operation: 10s, 500ms, 2m or seconds', { parse: positiveDuration }),
  verbose: flag('say on stderr what is being done'),
  'log-file': value('FILE', 'append what is being done, and how it ended, to a file'),
  'no-input': flag('never ask anything'),
  standalone: flag('a private engine that ends with this command; needs a --home that no engine uses'),
};
export type Globals = OptionValues<typeof globalOptions>;
