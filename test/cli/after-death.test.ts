import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { offheapInTurn } from './in-turn.ts';
import { startOffheap } from './offheap.ts';

const seed = new URL('../native/fuzz/seeds/core_file/small.core', import.meta.url);
const report = fileURLToPath(new URL('../fixtures/dead/hs_err-17-data.log', import.meta.url));
const offheap = offheapInTurn();
const inFolder = (args: string[], cwd: string, env: Record<string, string> = {}) => offheap(args, env, cwd);

describe('offheap doctor FILE', () => {
  test('judges an error report, whatever its name: status 3, and says that it is a file', async () => {
    const folder = temporaryFolder();
    copyFileSync(report, join(folder, 'app'));
    const { status, stdout, stderr } = await startOffheap(['doctor', 'app'], {}, folder).finished;
    expect({ status, stderr }).toEqual({ status: 3, stderr: 'doctor: reads the file "app", and no process of that name\n' });
    expect(stdout).toMatch(/^problem data-limit$/m);
    const quiet = await inFolder(['doctor', './app', '--format=json'], folder);
    expect({ status: quiet.status, stderr: quiet.stderr }).toEqual({ status: 3, stderr: '' });
    expect(JSON.parse(quiet.stdout)).toMatchObject({ kind: 'after-death', source: { kind: 'hs_err', path: './app' } });
  });

  test.each(['--gc', '--trim', '--for=1s', '--stacks', '--ask-allocator', '--histogram', '--peek', '--set=arena_max=2'])(
    'refuses %s, which needs a process',
    async (option) => {
      const { status, stdout, stderr } = await inFolder(['doctor', report, option], '/');
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      const [name] = option.split('=');
      expect(stderr).toMatch(
        new RegExp(`^offheap: Expected a running process for ${name}, got the file ".+"\\. The process is gone`),
      );
    },
  );

  test('says what it is not: another file, an empty one, a core, a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'nothing-of-a-jvm'));
    writeFileSync(join(folder, 'note-of-nobody'), 'nothing');
    writeFileSync(join(folder, 'empty-of-nobody'), '');
    const core = Buffer.alloc(64);
    core.write('\x7fELF\x02\x01\x01', 'latin1');
    core.writeUInt16LE(4, 16);
    writeFileSync(join(folder, 'core-of-nobody'), core);
    const said = async (name: string) => {
      const { status, stdout, stderr } = await inFolder(['doctor', name], folder);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      return stderr;
    };
    expect(await said('note-of-nobody')).toMatch(
      /^offheap: Expected "note-of-nobody" to be what a process has left .*, found another file\.\n$/,
    );
    expect(await said('empty-of-nobody')).toMatch(/found an empty file\.\n$/);
    expect(await said('./core-of-nobody')).toMatch(
      /^offheap: Expected a core file of this machine’s kind .*, found one of another architecture at /,
    );
    expect(await said('nothing-of-a-jvm')).toMatch(
      /^offheap: Expected a JVM whose name or command line contains "nothing-of-a-jvm"/,
    );
  });

  test('says what is missing for a recording: no jfr, and a file that is cut', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'recording'), Buffer.from('FLR\0\0\x02\0\0', 'latin1'));
    const none = await inFolder(['doctor', './recording'], folder, { PATH: folder, JAVA_HOME: '' });
    expect(none.status).toBe(1);
    expect(none.stderr).toMatch(/^offheap: Expected the jfr of a JDK to read a recording, found none /);
    writeFileSync(join(folder, 'jfr'), '#!/bin/sh\necho "jfr print: it is cut" >&2\nexit 1\n', { mode: 0o755 });
    const cut = await inFolder(['doctor', './recording'], folder, { PATH: `${folder}:/usr/bin:/bin`, JAVA_HOME: '' });
    expect(cut.stderr).toMatch(/^offheap: Expected ".*\/jfr" to read the recording ".*", but it said: jfr print: it is cut\. /);
  });

  test('says what unpacks a compressed file where that is missing, and of other files of gzip’s that they are none', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'core.zst'), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]));
    writeFileSync(join(folder, 'text.gz'), gzipSync('a text'));
    const packed = await inFolder(['doctor', './core.zst'], folder, { PATH: folder });
    expect(packed).toMatchObject({ status: 1, stdout: '' });
    expect(packed.stderr).toBe(
      'offheap: Expected zstd on PATH to unpack "./core.zst" with, found none. Install it: apt-get install zstd. Or unpack it elsewhere: zstd -dc "./core.zst" > core.unpacked\n',
    );
    const other = await inFolder(['doctor', './text.gz'], folder);
    expect(other.stderr).toMatch(/^offheap: Expected ".\/text.gz" to be what a process has left .*, found another file\.\n$/);
  });

  test('reads a core that is cut, plain and compressed: what is missing is said', async ({ skip }) => {
    skip(process.arch !== 'x64', 'the core file is one of x86-64');
    const folder = temporaryFolder();
    const core = readFileSync(seed).subarray(1);
    writeFileSync(join(folder, 'core'), core);
    writeFileSync(join(folder, 'core.gz'), gzipSync(core));
    const results = await Promise.all(
      ['./core', './core.gz'].map(async (name) => {
        const { status, stdout, stderr } = await inFolder(['doctor', name, '--format=json'], folder, { TMPDIR: folder });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        return JSON.parse(stdout);
      }),
    );
    for (const { source, memory, process: dead, core: origin, verdict, blindSpots } of results) {
      expect(source).toMatchObject({ kind: 'core', isWhole: false });
      expect(memory).toMatchObject({ dumpedBytes: 4608, filledBytes: 4096, missingBytes: 3584 + 4096, mappings: 4 });
      expect(dead).toMatchObject({ threads: 1, flags: [] });
      expect(origin).toEqual({ writer: 'kernel', signal: 'SIGABRT', pages: 'content' });
      expect(verdict).toMatch(/^Nothing wrong in what is left of it/);
      expect(blindSpots.map(({ instrument }: { instrument: string }) => instrument)).toEqual(
        expect.arrayContaining(['core file', 'malloc’s heaps', 'mapped files']),
      );
    }
    expect(readdirSync(folder).sort()).toEqual(['core', 'core.gz']);
    const { stdout } = await inFolder(['doctor', './core', '--format=markdown'], folder);
    expect(stdout).toContain('ended by SIGABRT, by its core file ./core');
  });
});
