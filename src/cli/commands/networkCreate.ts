import { HnsNetwork } from '../../core/network/documents.js';
import { invalidRequest } from '../../core/errors.js';
import { list, value } from '../args/option.js';
import { defineCommand } from '../command.js';
import { document } from '../output/outcome.js';
import { address, subnet } from '../parse/addresses.js';
import { baseDocument } from './networkShared.js';

export default defineCommand({
  name: 'network create',
  describe: 'Make a network',
  group: 'Networks',
  options: {
    type: value('TYPE', 'nat, transparent, l2bridge, internal and so on; default nat'),
    subnet: list('CIDR', 'address range such as 172.20.0.0/16', { parse: subnet }),
    gateway: list('ADDRESS', 'gateway of the subnet at the same place in the list', { parse: address }),
    adapter: value('NAME', 'network adapter of the host'),
    dns: list('ADDRESS', 'name server', { parse: address }),
    'dns-suffix': value('NAME', 'DNS suffix'),
    document: value('FILE|-', 'HNSNetwork document as JSON; the other options are laid over it'),
  },
  positionals: [{ name: 'name', describe: 'name of the network' }],
  examples: [
    { shell: 'sh', line: 'hcs network create lab --subnet 172.20.0.0/16 --gateway 172.20.0.1', about: 'behind NAT' },
    {
      shell: 'powershell',
      line: "@{ Name = 'lab'; Type = 'transparent' } | ConvertTo-Json | hcs network create --document -",
      about: 'from a document',
    },
  ],
  async handler({ options, words }, context) {
    const base: HnsNetwork = (await baseDocument(HnsNetwork, options.document, context)) ?? {};
    const name = words['name'] ?? base.Name;
    if (name === undefined || name === '')
      throw invalidRequest(
        'the network has no name',
        [{ path: 'name', expected: 'a name', got: 'nothing' }],
        'for example: hcs network create lab --subnet 172.20.0.0/16 --gateway 172.20.0.1',
      );
    if (options.gateway.length > options.subnet.length)
      throw invalidRequest(
        'there are more gateways than subnets',
        [{ path: '--gateway', expected: `at most ${options.subnet.length}`, got: String(options.gateway.length) }],
        'give --subnet before each --gateway',
      );
    const subnets = options.subnet.map((AddressPrefix, i) => {
      const GatewayAddress = options.gateway[i];
      return { AddressPrefix, ...(GatewayAddress === undefined ? {} : { GatewayAddress }) };
    });
    const network: HnsNetwork = {
      ...base,
      Name: name,
      Type: options.type ?? base.Type ?? 'nat',
      ...(subnets.length === 0 ? {} : { Subnets: subnets }),
      ...(options.adapter === undefined ? {} : { NetworkAdapterName: options.adapter }),
      ...(options.dns.length === 0 ? {} : { DNSServerList: options.dns.join(',') }),
      ...(options['dns-suffix'] === undefined ? {} : { DNSSuffix: options['dns-suffix'] }),
    };
    const item = await (await context.connect()).networks.createNetwork(network, context.call);
    return document('network-create', { ...item }, item.id, { quiet: item.id });
  },
});
