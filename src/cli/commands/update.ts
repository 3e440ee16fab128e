import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { document } from '../output/outcome.js';
import { bytes, processors } from '../parse/numbers.js';
import { cpuResources } from '../spec/compose.js';
import { readJson } from '../spec/read.js';
import { idPositional } from './shared.js';

export default defineCommand({
  name: 'update',
  describe: 'Change the resources of a running container (HCS can change only its network)',
  group: 'Containers',
  options: {
    resources: value('FILE|-', 'JSON of what is to change; - reads stdin'),
    cpus: value('N', 'processors it may use', { parse: processors }),
    memory: value('SIZE', 'memory it may use, such as 512m', { short: 'm', parse: bytes }),
    network: value('ENDPOINT', 'attach these endpoints: ids separated by commas'),
    'remove-network': value('ENDPOINT', 'detach these endpoints: ids separated by commas'),
  },
  positionals: [idPositional],
  examples: [
    {
      shell: 'sh',
      line: 'hcs update web --network $(hcs endpoint create nat --output quiet)',
      about: 'attach an endpoint',
    },
    {
      shell: 'powershell',
      line: '@{network=@{add=@($new);remove=@($old)}} | ConvertTo-Json -Depth 5 | hcs update web --resources -',
      about: 'from a script',
    },
  ],
  async handler({ options, words: { id = '' } }, context) {
    const file =
      options.resources === undefined ? undefined : await readJson(options.resources, '--resources', context.host);
    const resources = {
      ...(typeof file === 'object' ? file : {}),
      ...(options.cpus === undefined ? {} : { cpu: cpuResources(options.cpus, false) }),
      ...(options.memory === undefined ? {} : { memory: { limit: options.memory } }),
      ...(options.network === undefined && options['remove-network'] === undefined
        ? {}
        : {
            network: {
              ...networkIn(file),
              ...listOf('add', options.network),
              ...listOf('remove', options['remove-network']),
            },
          }),
    };
    if (Object.keys(resources).length === 0) {
      throw invalidRequest(
        'nothing to change',
        [{ path: 'options', expected: '--resources, --network or --remove-network', got: 'none of them' }],
        'see: hcs help update',
      );
    }
    const client = await context.connect();
    await client.update(id, resources, context.call);
    return document('update', { id }, id, { quiet: id });
  },
});

const listOf = (key: 'add' | 'remove', text: string | undefined): Partial<Record<'add' | 'remove', string[]>> =>
  text === undefined ? {} : { [key]: text.split(',') };

const networkIn = (file: unknown): object => {
  const network: unknown = (file as { network?: unknown } | undefined)?.network;
  return typeof network === 'object' && network !== null ? network : {};
};
