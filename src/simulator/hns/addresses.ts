import { isIP } from 'node:net';

export interface Subnet {
  readonly AddressPrefix?: string;
  readonly GatewayAddress?: string;
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (n: number): string =>
  [24, 16, 8, 0].map((shift) => (Math.floor(n / 2 ** shift) % 256).toString()).join('.');

/** The first free IPv4 address of a subnet with its gateway and a made-up MAC address; nothing for a network without subnets. */
export function addressFor(subnet: Subnet | undefined, taken: readonly string[]): Record<string, unknown> {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(subnet?.AddressPrefix ?? '');
  if (match === null) return {};
  const prefix = Number(match[2]);
  const size = 2 ** (32 - prefix);
  const base = Math.floor(toNumber(match[1] ?? '') / size) * size;
  const used = new Set([...taken, subnet?.GatewayAddress ?? '']);
  for (let offset = 2; offset < size - 1; offset++) {
    const address = toText(base + offset);
    if (used.has(address)) continue;
    const mac = [0x00, 0x15, 0x5d, (offset >> 16) & 255, (offset >> 8) & 255, offset & 255];
    return {
      IPAddress: address,
      PrefixLength: prefix,
      ...(subnet?.GatewayAddress === undefined ? {} : { GatewayAddress: subnet.GatewayAddress }),
      MacAddress: mac.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('-'),
    };
  }
  return {};
}

/** An address range with a gateway where it says one. */
export function isSubnet({ AddressPrefix = '', GatewayAddress }: Subnet): boolean {
  const [base = '', bits = ''] = AddressPrefix.split('/');
  const family = isIP(base);
  return family !== 0 && /^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128) && isAddress(GatewayAddress);
}

/** Absent or empty is right too. */
export const isAddress = (address: unknown): boolean =>
  address === undefined || address === '' || (typeof address === 'string' && isIP(address) !== 0);
export const isMac = (mac: unknown): boolean =>
  mac === undefined || mac === '' || (typeof mac === 'string' && /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i.test(mac));
