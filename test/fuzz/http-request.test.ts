import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { isKnownHost } from '../../src/exporter/known-host.ts';
import { Roster } from '../../src/exporter/roster.ts';
import { Scraper } from '../../src/exporter/scraper.ts';
import { parseSelection } from '../../src/exporter/select.ts';
import { type Listening, serve } from '../../src/exporter/server.ts';
import { fuzz } from './fuzz.ts';

let listening: Listening;
let port: number;

beforeAll(async () => {
  const roster = new Roster({ selection: parseSelection('java'), maxProcesses: 1 });
  const scraper = new Scraper(roster, { budgetMs: 100 });
  listening = await serve(scraper, { host: '127.0.0.1', port: 0, allowedHosts: ['metrics.example'] });
  port = Number(new URL(listening.url).port);
});
afterAll(() => listening.close());

const known = ['127.0.0.1', '127.0.0.1:9967', 'localhost', 'LOCALHOST.:1', '[::1]:9967', 'metrics.example'];
const strange = [
  '',
  'evil.example',
  '127.0.0.1.evil.example',
  'localhost@evil.example',
  'evil.example:localhost',
  '[evil]',
  '127.0.0.1, evil.example',
  '0x7f.1',
];
/** A line of a request may have any byte but its end. */
const anyLine = fc.string({ unit: 'binary', maxLength: 40 }).map((line) => line.replaceAll(/[\r\n]/g, ''));
const request = fc.record({
  method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT', 'PRI'), anyLine),
  path: fc.oneof(
    fc.constantFrom('/', '/metrics', '/metrics?a=b', '/healthz', '//metrics', '/../metrics', 'http://evil.example/metrics', '*'),
    anyLine,
  ),
  version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', ''),
  host: fc.oneof(fc.constantFrom(undefined, ...known, ...strange), anyLine),
  headers: fc.array(
    fc.oneof(
      fc.constantFrom(
        'accept: application/openmetrics-text',
        'content-length: 5',
        'content-length: -1',
        'transfer-encoding: chunked',
        'expect: 100-continue',
        'upgrade: h2c',
        'connection: upgrade',
        `a: ${'a'.repeat(20_000)}`,
      ),
      anyLine,
    ),
    { maxLength: 4 },
  ),
  body: fc.oneof(fc.constant(''), fc.string({ unit: 'binary', maxLength: 40 })),
  /** Where what is sent ends. */
  cut: fc.option(fc.nat(200)),
});

/** What comes back until the server closes, which it does after a request that is the last one. */
async function exchange(sent: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(sent);
  // A reset, where more was sent than is read, is an end as well.
  return await text(socket).catch(() => '');
}

// Whatever is sent: an answer of HTTP or none, the metrics to nobody who does not name a known host first, and the next scraper is served.
fuzz({ name: 'http_request', runs: 300 }, request, async ({ method, path, version, host, headers, body, cut }) => {
  const lines = [`${method} ${path} ${version}`, ...(host === undefined ? [] : [`host: ${host}`]), 'connection: close', ...headers];
  const whole = `${lines.join('\r\n')}\r\n\r\n${body}`;
  const answer = await exchange(cut === null ? whole : whole.slice(0, cut));
  if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 ([1-5]\d\d) /);
  if (answer.includes('offheap_exporter_')) expect(isKnownHost(host?.trim(), ['metrics.example'])).toBe(true);
  if (host !== undefined && strange.includes(host)) expect(answer).not.toMatch(/^HTTP\/1\.1 200 /);
  expect(await exchange('GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
});
