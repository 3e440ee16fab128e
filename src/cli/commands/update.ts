import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { invalidRequest } from '../../core/errors.js';
import { document } from '../output/outcome.js';
import { bytes, processors } from '../parse/numbers.js';
import { cpuResources, networkOf } from '../spec/compose.js';
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
    network: value('NET', 'HNS endpoint ids separated by commas'),
  },
  positionals: [idPositional],
  examples: [
    { shell: 'sh', line: 'hcs update web --resources network.json', about: 'attach endpoints' },
    {
      shell: 'powershell',
      line: '@{network=@{endpointList=@($ep)}} | ConvertTo-Json -Depth 5 | hcs update web --resources -',
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
      ...(options.network === undefined ? {} : { network: networkOf(options.network) }),
    };
    if (Object.keys(resources).length === 0) {
      throw invalidRequest(
        'nothing to change',
        [{ path: 'options', expected: '--resources, --cpus, --memory or --network', got: 'none of them' }],
        'see: hcs help update',
      );
    }
    const client = await context.connect();
    await client.update(id, resources, context.call);
    return document('update', { id }, id, { quiet: id });
  },
});
