import { rmSync } from 'node:fs';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { Client } from './connection.js';
import { serveControl } from './control.js';
import type { Endpoints } from './endpoints.js';
import type { Service } from './service.js';

/** How long the launchers have to end what runs under them when the service ends. */
const LAUNCHERS_BOUND_MS = 5000;

export interface ServerOptions {
  readonly endpoints: Endpoints;
  /** Ends the service when there has been no compute system and no client for so long. */
  readonly idleMs: number;
  readonly log: (message: string) => void;
  /** Called when nothing listens any more, before the launchers are ended. */
  readonly onClosing: () => void;
  /** Everything has ended: the process may exit. */
  readonly onStopped: () => void;
}

/** Listens for stand-ins and for control connections, and ends the service when it is idle or asked to. */
export class Server {
  readonly clients = new Set<Client>();
  readonly #sockets = new Set<Socket>();
  readonly #controls = new Set<Socket>();
  readonly #servers: NetServer[] = [];
  #idle: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(
    readonly service: Service,
    private readonly options: ServerOptions,
  ) {
    service.onEnded = () => {
      this.#watchIdle();
    };
  }

  async listen(): Promise<void> {
    await this.#listenAt(this.options.endpoints.endpoint, (socket) => {
      const client = new Client(this.service, socket, (gone) => {
        this.clients.delete(gone);
        this.#watchIdle();
      });
      this.clients.add(client);
    });
    await this.#listenAt(this.options.endpoints.control, (socket) => {
      this.#controls.add(socket);
      socket.on('close', () => this.#controls.delete(socket));
      serveControl(socket, this);
    });
    this.#watchIdle();
  }

  stop(why: string): void {
    if (this.#stopping) return;
    this.#stopping = true;
    clearTimeout(this.#idle);
    this.options.log(`ending: ${why}`);
    for (const server of this.#servers) server.close();
    this.options.onClosing();
    for (const socket of this.#sockets) {
      if (this.#controls.has(socket)) socket.end();
      else socket.destroy();
    }
    this.service.faults.clear();
    void this.service.silos.close(LAUNCHERS_BOUND_MS).then(() => {
      this.options.onStopped();
    });
  }

  #listenAt(path: string, accept: (socket: Socket) => void): Promise<void> {
    // The caller holds the home's lock: what still lies there belongs to a service that died.
    if (process.platform !== 'win32') rmSync(path, { force: true });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#watchIdle();
      });
      socket.on('error', () => socket.destroy());
      clearTimeout(this.#idle);
      accept(socket);
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: 511 }, () => {
        server.off('error', reject);
        server.on('error', (e) => {
          this.options.log(`${path}: ${e.message}`);
        });
        resolve();
      });
    });
  }

  #watchIdle(): void {
    clearTimeout(this.#idle);
    if (this.#stopping || this.#sockets.size > 0 || this.service.systemCount > 0) return;
    this.#idle = setTimeout(() => {
      this.stop('idle');
    }, this.options.idleMs);
  }
}
