import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { invalidRequest } from '../../core/errors.js';
import { nearest } from '../args/usage.js';
import { schemas } from '../schemas.js';
import { packageVersion } from '../version.js';

/** Not a document of a verb: the protocol of `serve`, as `rpc.discover` answers it (OpenRPC 1.3.2). */
const PROTOCOL = 'rpc';
/** What `--spec` takes. */
const SPEC = 'spec';

export default defineCommand({
  name: 'schema',
  describe: 'JSON Schemas of the documents that verbs print',
  group: 'Tools',
  options: {},
  positionals: [
    {
      name: 'noun',
      describe: 'only this one, such as list or event; spec: what --spec takes; rpc: the OpenRPC document of serve',
    },
  ],
  examples: [
    { shell: 'sh', line: 'hcs schema list', about: 'of one document' },
    { shell: 'powershell', line: '(hcs schema | ConvertFrom-Json).schemas.noun', about: 'which there are' },
    {
      shell: 'powershell',
      line: '(hcs schema rpc | ConvertFrom-Json).schemas[0].schema.methods.name',
      about: 'the methods of the JSON-RPC host',
    },
  ],
  async handler({ words: { noun } }) {
    if (noun === PROTOCOL) {
      const { openRpcDocument } = await import('../../rpc/openrpc.js');
      return printed([{ noun, schema: openRpcDocument(packageVersion()) }]);
    }
    if (noun === SPEC) {
      const { specSchema } = await import('../schema/specSchema.js');
      return printed([{ noun, schema: specSchema() }]);
    }
    const all = schemas();
    const wanted = noun === undefined ? all : all.filter((one) => one.noun === noun);
    if (wanted.length === 0) {
      const near = nearest(
        noun ?? '',
        all.map((one) => one.noun),
      );
      throw invalidRequest(
        `no document is called "${noun ?? ''}"${near === undefined ? '' : `, did you mean "${near}"?`}`,
        [{ path: 'noun', expected: [...all.map((one) => one.noun), SPEC, PROTOCOL].join(', '), got: noun ?? '' }],
        'see: hcs schema',
      );
    }
    return printed(wanted);
  },
});

const printed = (wanted: readonly { readonly noun: string; readonly schema: object }[]) =>
  document('schema', { schemas: wanted }, JSON.stringify(wanted, undefined, 2), {
    quiet: wanted.map((one) => one.noun).join('\n'),
  });
