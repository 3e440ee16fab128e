import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { invalidRequest } from '../../core/errors.js';
import { nearest } from '../args/usage.js';
import { schemas } from '../schemas.js';

export default defineCommand({
  name: 'schema',
  describe: 'JSON Schemas of the documents that verbs print',
  group: 'Tools',
  options: {},
  positionals: [{ name: 'noun', describe: 'only this one, such as list or event' }],
  examples: [
    { shell: 'sh', line: 'hcs schema list', about: 'of one document' },
    { shell: 'powershell', line: '(hcs schema | ConvertFrom-Json).schemas.noun', about: 'which there are' },
  ],
  handler({ words: { noun } }) {
    const all = schemas();
    const wanted = noun === undefined ? all : all.filter((one) => one.noun === noun);
    if (wanted.length === 0) {
      const near = nearest(
        noun ?? '',
        all.map((one) => one.noun),
      );
      throw invalidRequest(
        `no document is called "${noun ?? ''}"${near === undefined ? '' : `, did you mean "${near}"?`}`,
        [{ path: 'noun', expected: all.map((one) => one.noun).join(', '), got: noun ?? '' }],
        'see: hcs schema',
      );
    }
    return Promise.resolve(
      document('schema', { schemas: wanted }, JSON.stringify(wanted, undefined, 2), {
        quiet: wanted.map((one) => one.noun).join('\n'),
      }),
    );
  },
});
