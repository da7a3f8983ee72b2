import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { ProgramOutput } from './program-output.ts';

/** How a program shows that it has started. */
export type Readiness =
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'http'; url: URL }
  | { kind: 'line'; pattern: RegExp };

const pollMs = 50;
const attemptTimeoutMs = 1000;

/** `tcp:PORT`, `tcp:HOST:PORT`, `http://HOST:PORT/PATH`, or else a regular expression. */
export function parseReadiness(text: string): Readiness {
  const tcp = /^tcp:(?:(.+):)?(\d{1,5})$/.exec(text);
  if (tcp) return { kind: 'tcp', host: tcp[1] ?? '127.0.0.1', port: Number(tcp[2]) };
  if (/^http:\/\//.test(text) && URL.canParse(text)) return { kind: 'http', url: new URL(text) };
  if (/^(tcp:|https?:)/.test(text)) throw expected(text);
  try {
    return { kind: 'line', pattern: new RegExp(text) };
  } catch {
    throw expected(text);
  }
}

export function describeReadiness(readiness: Readiness): string {
  if (readiness.kind === 'tcp') return `${readiness.host}:${readiness.port} to accept a connection`;
  if (readiness.kind === 'http') return `${readiness.url} to answer with a status from 200 to 399`;
  return `a line that matches ${readiness.pattern}`;
}

/** @throws OffheapError when another program answers already: it would be taken for the one that is started. */
export async function requireUnanswered(readiness: Readiness): Promise<void> {
  if (readiness.kind === 'line') return;
  const { host, port } = readiness.kind === 'tcp' ? readiness : { host: readiness.url.hostname, port: portOf(readiness.url) };
  if (!(await accepts(host, port))) return;
  throw new OffheapError(
    'CHILD_FAILED',
    `Something listens on ${host}:${port} already, before the program was started. End it, or use another port.`,
  );
}

/** Resolves when the program is ready; rejects with an AbortError by `signal`. */
export async function untilReady(readiness: Readiness, output: ProgramOutput, signal: AbortSignal): Promise<void> {
  if (readiness.kind === 'line') return untilLine(readiness.pattern, output, signal);
  const answers = () => (readiness.kind === 'tcp' ? accepts(readiness.host, readiness.port) : responds(readiness.url));
  while (!(await answers())) await delay(pollMs, undefined, { signal });
}

/** One listener for the whole time: several lines may come in one turn. */
function untilLine(pattern: RegExp, { said, events }: ProgramOutput, signal: AbortSignal): Promise<void> {
  if (said.some((line) => pattern.test(line))) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => {
      if (pattern.test(line)) settle(resolve);
    };
    const onAbort = () => settle(() => reject(signal.reason));
    const settle = (how: () => void) => {
      events.off('line', onLine);
      signal.removeEventListener('abort', onAbort);
      how();
    };
    events.on('line', onLine);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: attemptTimeoutMs });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

function responds(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: attemptTimeoutMs, agent: false }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 400);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function portOf({ port }: URL): number {
  return port === '' ? 80 : Number(port);
}

function expected(text: string): OffheapError {
  return new OffheapError(
    'USAGE',
    `Expected --ready to be tcp:PORT, an address such as http://127.0.0.1:8080/health, or a regular expression for a line of output, got ${quote(text)}.`,
  );
}
