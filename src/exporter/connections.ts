import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionBounds {
  /** Of all. */
  most: number;
  /** Of one address. */
  mostOfAddress: number;
}

/**
 * Keeps a server open for everybody: where there are too many connections the one that has asked nothing for the longest time is closed, first of
 * the same address, and not the new one refused. So who opens connections and sends nothing shuts nobody out.
 */
export function boundConnections(server: Server, { most, mostOfAddress }: ConnectionBounds): void {
  /** In the order in which they were last idle. */
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  // Where none is idle, the one that takes longest to read its answer.
  const closeOldest = (isMeant: (socket: Socket) => boolean) => [...idle, ...open].find(isMeant)?.destroy();
  server.on('connection', (socket: Socket) => {
    const isOfSame = ({ remoteAddress }: Socket) => remoteAddress === socket.remoteAddress;
    if ([...open].filter(isOfSame).length >= mostOfAddress) closeOldest(isOfSame);
    else if (open.size >= most) closeOldest(() => true);
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });
}
