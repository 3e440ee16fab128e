/** The 16 bytes of a GUID as the ABI has it: the first three groups little-endian, the rest in order. */
export function nativeGuid(text: string): Uint8Array {
  const bytes = Buffer.from(text.replace(/[{}-]/g, ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
