import { nameToGuid } from '../../core/documents/nameToGuid.js';
import { windowsBaseName } from '../../core/documents/windowsPath.js';
import { defineCommand } from '../command.js';
import { listing } from '../output/outcome.js';

export default defineCommand({
  name: 'layer id',
  describe: 'The ids that HCS gives layers; needs neither engine nor HCS',
  group: 'Layers',
  options: {},
  positionals: [
    {
      name: 'path',
      describe: 'layer folder; only its last component counts',
      kind: 'path',
      required: true,
      variadic: true,
    },
  ],
  examples: [
    { shell: 'sh', line: "hcs layer id 'C:\\layers\\base' 'C:\\layers\\app'", about: 'one id for each' },
    {
      shell: 'powershell',
      line: '(hcs layer id (Get-ChildItem C:\\layers).FullName | ConvertFrom-Json).items',
      about: 'of all layers in a folder',
    },
  ],
  notes: [
    'The id is made of the last component of the path exactly as given; a path that ends with a slash has the id of an empty name.',
  ],
  handler: ({ words, rest }) => {
    const paths = rest.length > 0 ? rest : [words['path'] ?? ''];
    return Promise.resolve(
      listing(
        'layer-id',
        paths.map((path) => ({ path, id: nameToGuid(windowsBaseName(path)) })),
        {
          quiet: (item) => item.id,
          empty: 'no paths',
          columns: [
            { title: 'ID', get: (item) => item.id },
            { title: 'PATH', get: (item) => item.path, shrink: true },
          ],
        },
      ),
    );
  },
});
