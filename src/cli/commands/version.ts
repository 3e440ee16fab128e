import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { PROTOCOL_VERSIONS } from '../../rpc/protocol/versions.js';
import { CONTRACT_VERSION, packageVersion } from '../version.js';

export default defineCommand({
  name: 'version',
  describe: 'Version of this command and of its contract',
  group: 'Tools',
  options: {},
  positionals: [],
  notes: [
    '`contractVersion` is of the documents and exit statuses of the command line, `protocolVersions` are those of JSON-RPC that it speaks, newest first.',
  ],
  examples: [
    { shell: 'sh', line: 'hcs version', about: 'starts nothing' },
    {
      shell: 'powershell',
      line: '(hcs version | ConvertFrom-Json).contractVersion',
      about: 'grows when the meaning of an output changes',
    },
  ],
  handler() {
    const version = packageVersion();
    return Promise.resolve(
      document(
        'version',
        {
          version,
          contractVersion: CONTRACT_VERSION,
          protocolVersions: PROTOCOL_VERSIONS,
          node: process.versions.node,
          platform: process.platform,
          arch: process.arch,
        },
        `hcs ${version}`,
        { quiet: version },
      ),
    );
  },
});
