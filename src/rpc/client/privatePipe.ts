/** The raw end of a process's stdio, without any protocol: for clients on the host's machine. */
import type { OnReadOpts, Socket } from 'node:net';
import type { PrivatePipe } from '../../core/ports.js';
import { openSocket } from '../transport/socket.js';

/**
 * Connects and shows the token; the stream's bytes follow. One reader, once. The end of an output pipe is not by itself the
 * end of the stream: `stream/open {from}` goes on from the log. Ending the stdin pipe is the program's end of input. With `onread` bytes
 * come into its one buffer, and no `data` events.
 */
export async function openPrivatePipe(pipe: PrivatePipe, timeoutMs = 5000, onread?: OnReadOpts): Promise<Socket> {
  const socket = await openSocket(pipe.path, timeoutMs, undefined, onread);
  socket.write(pipe.token, 'latin1');
  return socket;
}
