import { isIP } from 'node:net';
import type { Parse } from '../args/option.js';

/** An IPv4 or IPv6 address. */
export const address: Parse<string> = (text) =>
  isIP(text) === 0 ? { expected: 'an address such as 172.20.0.1' } : { value: text };

/** An address range: `172.20.0.0/16`, `fd00::/64`. */
export const subnet: Parse<string> = (text) => {
  const [base = '', bits = '', ...more] = text.split('/');
  const family = isIP(base);
  const isRange =
    family !== 0 && more.length === 0 && /^\d{1,3}$/u.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  return isRange ? { value: text } : { expected: 'an address range such as 172.20.0.0/16' };
};

/** Six bytes in hexadecimal with `-` or `:` between them, as `-` that HNS takes. */
export const mac: Parse<string> = (text) =>
  /^[0-9a-f]{2}([-:][0-9a-f]{2}){5}$/iu.test(text)
    ? { value: text.replaceAll(':', '-').toUpperCase() }
    : { expected: 'a MAC address such as 00-15-5D-00-00-01' };
