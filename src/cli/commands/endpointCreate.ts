import { HnsEndpoint } from '../../core/network/documents.js';
import { value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { address, mac } from '../parse/addresses.js';
import { baseDocument } from './networkShared.js';

export default defineCommand({
  name: 'endpoint create',
  describe: 'Make an endpoint on a network',
  group: 'Networks',
  options: {
    name: value('NAME', 'name of the endpoint'),
    ip: value('ADDRESS', 'IPv4 address; chosen by HNS when absent', { parse: address }),
    mac: value('MAC', 'MAC address such as 00-15-5D-00-00-01', { parse: mac }),
    document: value('FILE|-', 'HNSEndpoint document as JSON; the other options are laid over it'),
  },
  positionals: [{ name: 'network', describe: 'name or id of the network', kind: 'network', required: true }],
  examples: [
    { shell: 'sh', line: 'hcs endpoint create nat --name web', about: 'for several containers in turn' },
    {
      shell: 'powershell',
      line: '$e = hcs endpoint create nat | ConvertFrom-Json; hcs run -d --id web --network $e.id cmd',
      about: 'a container with this endpoint, which outlives it',
    },
  ],
  async handler({ options, words }, context) {
    const base: HnsEndpoint = (await baseDocument(HnsEndpoint, options.document, context)) ?? {};
    const endpoint: HnsEndpoint = {
      ...base,
      ...(options.name === undefined ? {} : { Name: options.name }),
      ...(options.ip === undefined ? {} : { IPAddress: options.ip }),
      ...(options.mac === undefined ? {} : { MacAddress: options.mac }),
    };
    const { networks } = await context.connect();
    const item = await networks.createEndpoint(words['network'] ?? '', endpoint, context.call);
    return document('endpoint-create', { ...item }, item.id, { quiet: item.id });
  },
});
