import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OffheapError } from '../model/errors.ts';
import type { Format } from './exposition.ts';
import type { Scraper } from './scraper.ts';

/** More scrapers than this at once are a mistake of somebody. */
const maxConnections = 64;
/** Longer than most scrape intervals: the connection is there for the next one, and not closed as it begins. */
const keepAliveMs = 65_000;
const home = 'offheap export: the metrics are at /metrics\n';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Serves /metrics, and /healthz for a probe, which reads nothing. */
export async function serve(scraper: Scraper, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(scraper, request, response).catch(() => response.destroy());
  });
  server.maxConnections = maxConnections;
  server.keepAliveTimeout = keepAliveMs;
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
    const { text, contentType } = await scraper.scrape(wantedFormat(request));
    send(response, 200, text, contentType);
  } catch {
    // It has been counted; Prometheus tells the rest by `up`.
    send(response, 500, 'The scrape failed; offheap_exporter_errors_total counts it.\n');
  }
}

/** OpenMetrics for who names it, as Prometheus does; the older text format for everybody else. */
function wantedFormat({ headers }: IncomingMessage): Format {
  return /application\/openmetrics-text/.test(headers.accept ?? '') ? 'openmetrics' : 'text';
}

function send(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
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
