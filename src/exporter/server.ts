import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OffheapError } from '../model/errors.ts';
import { boundConnections } from './connections.ts';
import type { Format } from './exposition.ts';
import { isKnownHost } from './known-host.ts';
import type { Scraper } from './scraper.ts';

/** More scrapers than this at once are a mistake of somebody. */
const connectionBounds = { most: 64, mostOfAddress: 32 };
/** A scraper sends its few lines at once; who does not is cut off, and the check for it comes once a second. */
const headersTimeoutMs = 5000;
const checkIntervalMs = 1000;
/** Longer than most scrape intervals: the connection is there for the next one, and not closed as it begins. */
const keepAliveMs = 65_000;
const longestHostShown = 100;
const home = 'offheap export: the metrics are at /metrics\n';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Names that it is asked by, beside addresses, localhost and the host's own name; in small letters. */
  allowedHosts: readonly string[];
}

/** Serves /metrics, and /healthz for a probe, which reads nothing. */
export async function serve(scraper: Scraper, { host, port, allowedHosts }: ListenOptions): Promise<Listening> {
  const options = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: headersTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    keepAliveTimeout: keepAliveMs,
  };
  const server = createServer(options, (request, response) => {
    if (isKnownHost(request.headers.host, allowedHosts)) answer(scraper, request, response).catch(() => response.destroy());
    else refuseHost(request, response);
  });
  boundConnections(server, connectionBounds);
  await listen(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/metrics`, close: () => close(server) };
}

async function answer(scraper: Scraper, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Expected GET.\n');
  if (path === '/') return send(response, 200, home);
  if (path === '/healthz') return send(response, 200, 'ok\n');
  if (path !== '/metrics') return send(response, 404, home);
  try {
    const { bytes, contentType } = await scraper.scrape(wantedFormat(request));
    send(response, 200, bytes, contentType);
  } catch {
    // It has been counted; Prometheus tells the rest by `up`.
    send(response, 500, 'The scrape failed; offheap_exporter_errors_total counts it.\n');
  }
}

function refuseHost({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = JSON.stringify((headers.host ?? '').slice(0, longestHostShown));
  const cure = 'If that is a name of this host, start offheap export with --allow-host=NAME.';
  send(response, 403, `Expected to be asked by an address, localhost or the host's own name, was asked as ${asked}. ${cure}\n`);
}

/** OpenMetrics for who names it, as Prometheus does; the older text format for everybody else. */
function wantedFormat({ headers }: IncomingMessage): Format {
  return /application\/openmetrics-text/.test(headers.accept ?? '') ? 'openmetrics' : 'text';
}

function send(response: ServerResponse, status: number, text: string | Buffer, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const cure =
        cause.code === 'EADDRINUSE' ? 'Another program has it; give another one by --port.' : 'Give others by --host and --port.';
      reject(new OffheapError('USAGE', `Expected to listen on ${host}, port ${port}, but: ${cause.message}. ${cure}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
