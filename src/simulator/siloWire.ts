/** Frames between the service and `hcs-silo` (docs/simulator-wire.md, 2). All integers little-endian. */
export const SiloFrame = {
  spawn: 1,
  spawned: 2,
  exited: 3,
  kill: 4,
  killAll: 5,
  empty: 6,
  pause: 7,
  continue: 8,
  done: 9,
  resize: 10,
  closeStdin: 11,
  list: 12,
  listed: 13,
  shutdown: 14,
  release: 15,
} as const;

/** `verbatim` (Windows only): the last argument is the rest of the command line as it is to be. */
export const SpawnFlag = { stdin: 1, stdout: 2, stderr: 4, terminal: 8, verbatim: 16 } as const;

/** Set in the errno of SPAWNED when it was chdir that failed. */
export const CHDIR_FAILED = 1 << 30;

export interface SpawnRequest {
  readonly ticket: Uint8Array;
  readonly flags: number;
  readonly rows: number;
  readonly columns: number;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
}

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user100ns: number;
  readonly kernel100ns: number;
  readonly residentBytes: number;
  readonly sharedBytes: number;
  readonly commitBytes: number;
  /** Unix time in 100 ns. */
  readonly started100ns: bigint;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly name: string;
}

export function siloFrame(type: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(5 + payload.length);
  frame.writeUInt32LE(1 + payload.length, 0);
  frame.writeUInt8(type, 4);
  frame.set(payload, 5);
  return frame;
}

export function encodeSpawn(sequence: number, request: SpawnRequest): Buffer {
  const head = Buffer.allocUnsafe(36);
  head.writeUInt32LE(sequence >>> 0, 0);
  head.set(request.ticket, 4);
  head.writeUInt32LE(request.flags, 20);
  head.writeUInt16LE(request.rows, 24);
  head.writeUInt16LE(request.columns, 26);
  head.writeUInt32LE(request.argv.length, 28);
  head.writeUInt32LE(request.env.length, 32);
  const strings = Buffer.from([request.cwd, ...request.argv, ...request.env].join('\0') + '\0', 'utf8');
  return siloFrame(SiloFrame.spawn, Buffer.concat([head, strings]));
}

export function encodeResize(pid: number, rows: number, columns: number): Buffer {
  const payload = Buffer.allocUnsafe(8);
  payload.writeUInt32LE(pid, 0);
  payload.writeUInt16LE(rows, 4);
  payload.writeUInt16LE(columns, 6);
  return siloFrame(SiloFrame.resize, payload);
}

/** What runs in a silo, and the CPU time of what has ended in it. */
export interface Listed {
  readonly processes: readonly ListedProcess[];
  readonly endedUser100ns: number;
  readonly endedKernel100ns: number;
}

export function decodeListed(payload: Buffer): Listed & { readonly sequence: number } {
  const processes: ListedProcess[] = [];
  const count = payload.readUInt32LE(4);
  let at = 8;
  const u64 = (): number => Number(payload.readBigUInt64LE((at += 8) - 8));
  for (let i = 0; i < count; i++) {
    const pid = payload.readUInt32LE(at);
    const parent = payload.readUInt32LE(at + 4);
    at += 8;
    const user100ns = u64();
    const kernel100ns = u64();
    const residentBytes = u64();
    const sharedBytes = u64();
    const commitBytes = u64();
    const started100ns = payload.readBigUInt64LE((at += 8) - 8);
    const readBytes = u64();
    const writtenBytes = u64();
    const end = payload.indexOf(0, at);
    const name = payload.toString('utf8', at, end);
    at = end + 1;
    processes.push({
      pid,
      parent,
      user100ns,
      kernel100ns,
      residentBytes,
      sharedBytes,
      commitBytes,
      started100ns,
      readBytes,
      writtenBytes,
      name,
    });
  }
  const more = payload.length >= at + 16;
  return {
    sequence: payload.readUInt32LE(0),
    processes,
    endedUser100ns: more ? u64() : 0,
    endedKernel100ns: more ? u64() : 0,
  };
}
