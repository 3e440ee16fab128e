/** What can go wrong at a point: the HRESULTs that the Host Compute Service is known to give, and all else that a failpoint can do. */

export type Rule = Readonly<Record<string, unknown>>;

export interface FaultClass {
  /** As the page names it; HRESULTs of one outcome share a line. */
  readonly name: string;
  /** Set for plain errors. */
  readonly hresult?: number;
  readonly rule: Rule;
}

const range = (first: number, last: number, without: readonly number[] = []): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((code) => !without.includes(code));

const WIN32 = [
  2, 3, 5, 6, 0xd, 0x15, 0x1f, 0x20, 0x32, 0x6d, 0x7f, 0xa1, 0x45b, 0x48f, 0x490, 0x4c6, 0x5aa, 0x5b4, 0x6bf, 0x2726,
];

/** ERROR_VMCOMPUTE_* (0xC0370103 is no failure), their HCS_E_* twins, and Win32 codes that HCS answers with. */
export const HRESULTS: readonly number[] = [
  ...range(0xc0370100, 0xc0370113, [0xc0370103]),
  ...range(0x80370100, 0x8037011f, [0x80370103, 0x80370104]),
  ...WIN32.map((code) => 0x80070000 + code),
  0x800401f3,
  0x800710d8,
];

const errors: readonly FaultClass[] = HRESULTS.map((hresult) => ({
  name: 'refused',
  hresult,
  rule: { error: hresult },
}));

export const AT_EXPORTS: readonly FaultClass[] = [
  ...errors,
  { name: 'done, then refused (0xC0370109)', rule: { error: 0xc0370109, after: true } },
  { name: 'S_FALSE', rule: { error: 1 } },
  { name: 'refused, with a broken result document', rule: { error: 0xc0370105, result: '{"Error":' } },
  { name: 'success, with a broken result document', rule: { result: '{"Error":' } },
  { name: 'answered late (200 ms)', rule: { delayMs: 200 } },
  { name: 'never answered', rule: { hang: true } },
  { name: 'said to be done, not done', rule: { ignored: true } },
  { name: 'completes at once', rule: { completion: 'immediate' } },
  { name: 'completes later', rule: { completion: 'pending' } },
  { name: 'the system ends meanwhile (0xC0370106)', rule: { systemExits: 0xc0370106 } },
];

export const AT_NOTIFICATIONS: readonly FaultClass[] = [
  ...errors.map((one) => ({ ...one, name: 'comes with a failing status' })),
  { name: 'late (200 ms)', rule: { delayMs: 200 } },
  { name: 'never comes', rule: { hang: true } },
  { name: 'lost', rule: { lost: true } },
  { name: 'twice', rule: { duplicate: true } },
  { name: 'before its call is answered', rule: { early: true } },
];

export const LOSSES_AT_EXPORTS: readonly FaultClass[] = [
  { name: 'connection lost before it', rule: { disconnect: true, count: 1 } },
  { name: 'connection lost after it', rule: { disconnect: true, after: true, count: 1 } },
  { name: 'service killed before it', rule: { dieService: true, count: 1 } },
  { name: 'service killed after it', rule: { dieService: true, after: true, count: 1 } },
];

export const LOSSES_AT_NOTIFICATIONS: readonly FaultClass[] = LOSSES_AT_EXPORTS.slice(2);
