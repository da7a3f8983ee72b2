import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchJar } from '../../../src/jvm/maven.ts';
import type { ProcessRunner } from '../../../src/process/runner.ts';

const artifact = 'org.example.group:thing:1.2.3';
const path = '/org/example/group/thing/1.2.3/thing-1.2.3.jar';
const jar = Buffer.from('what a jar holds');
const sha1 = createHash('sha1').update(jar).digest('hex');

let home: string;
let server: Server;
let answers: Record<string, Buffer | { status: number; headers?: Record<string, string> }>;
let asked: string[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'offheap-maven-'));
  vi.stubEnv('HOME', home);
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''] ?? { status: 404 };
    if (Buffer.isBuffer(answer)) response.end(answer);
    else response.writeHead(answer.status, answer.headers).flushHeaders();
    if (!Buffer.isBuffer(answer) && answer.status !== 200) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  answers = { [`/m2${path}`]: jar, [`/m2${path}.sha1`]: Buffer.from(`${sha1}  thing-1.2.3.jar\n`) };
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true });
});

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const runnerOf = (maven: (args: readonly string[]) => boolean): ProcessRunner => ({
  start: () => Promise.reject(new Error('nothing is started')),
  capture: async (_command, args) => (maven(args) ? { stdout: '', stderr: '' } : undefined),
});
const withoutMaven = runnerOf(() => false);
const file = () => join(home, 'cache', 'thing-1.2.3.jar');
const fetchIt = (runner = withoutMaven) => fetchJar(artifact, file(), runner);
const left = () => readdirSync(join(home, 'cache'));

test('without Maven: from the mirror of the settings, with its checksum, whole', async () => {
  mkdirSync(join(home, '.m2'));
  const mirror = `<mirror><mirrorOf>*</mirrorOf><url>${origin()}/m2/</url></mirror>`;
  writeFileSync(join(home, '.m2', 'settings.xml'), `<settings><mirrors>${mirror}</mirrors></settings>`);
  expect(await fetchIt()).toEqual({ ok: true });
  expect(readFileSync(file())).toEqual(jar);
  expect(asked).toEqual([`/m2${path}`, `/m2${path}.sha1`]);
  expect(left()).toEqual(['thing-1.2.3.jar']);
});

test('a repository by OFFHEAP_MAVEN_REPOSITORY; what it does not have, or has damaged, is said and not kept', async () => {
  vi.stubEnv('OFFHEAP_MAVEN_REPOSITORY', `${origin()}/m2`);
  answers[`/m2${path}.sha1`] = Buffer.from('0'.repeat(40));
  const reasonOf = async () => {
    const fetched = await fetchIt();
    return fetched.ok ? undefined : fetched.reason;
  };
  expect(await reasonOf()).toBe(`${origin()}/m2${path} does not have the checksum that is published beside it`);
  answers[`/m2${path}`] = { status: 200, headers: { 'content-length': String(2 ** 30) } };
  expect(await reasonOf()).toBe(`${origin()}/m2${path} has 1073741824 bytes, expected at most 134217728`);
  answers = {};
  expect(await reasonOf()).toBe(`${origin()}/m2${path} answered 404`);
  vi.stubEnv('OFFHEAP_MAVEN_REPOSITORY', 'http://127.0.0.1:1/m2');
  expect(await reasonOf()).toMatch(/^http:\/\/127\.0\.0\.1:1\/m2\/org\/.* could not be reached \(.+\)$/);
  expect(left()).toEqual([]);
});

test('what the local repository has is asked of nobody', async () => {
  const local = join(home, '.m2', 'repository', path);
  mkdirSync(dirname(local), { recursive: true });
  writeFileSync(local, jar);
  const maven = vi.fn(() => true);
  expect(await fetchIt(runnerOf(maven))).toEqual({ ok: true });
  expect(readFileSync(file())).toEqual(jar);
  expect(maven).not.toHaveBeenCalled();
});

test('Maven, where it is there, goes before HTTP', async () => {
  const property = (args: readonly string[], name: string) => args.find((arg) => arg.startsWith(`-D${name}=`))?.split('=')[1] ?? '';
  const runner = runnerOf((args) => {
    expect(property(args, 'artifact')).toBe(artifact);
    writeFileSync(join(property(args, 'outputDirectory'), 'thing-1.2.3.jar'), 'by Maven');
    return true;
  });
  expect(await fetchIt(runner)).toEqual({ ok: true });
  expect(readFileSync(file(), 'utf8')).toBe('by Maven');
  expect(asked).toEqual([]);
});
