import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { requireWritable, writeWhole } from '../../../src/process/whole-file.ts';

const content = 'größer\n'.repeat(1009);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-whole-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const path = (...names: string[]) => join(folder, ...names);

/** What both say: before the work, and when it is done. */
async function bothFail(file: string, cause: string): Promise<void> {
  const failure = {
    code: 'WRITE_FAILED',
    message: `Could not write ${file}: ${cause}. Name another file by --output or --results.`,
  };
  await expect(requireWritable(file)).rejects.toMatchObject(failure);
  await expect(writeWhole(file, content)).rejects.toMatchObject(failure);
}

describe('a regular file', () => {
  test('is made with its folders, by the umask, and nothing else is left', async () => {
    const file = path('new', 'folder', 'result.json');
    const umask = process.umask(0o027);
    onTestFinished(() => void process.umask(umask));
    await requireWritable(file);
    expect(existsSync(file)).toBe(false);
    await writeWhole(file, content);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(statSync(file).mode & 0o7777).toBe(0o640);
    expect(readdirSync(path('new', 'folder'))).toEqual(['result.json']);
  });

  test('is replaced as a whole, and keeps its mode and owner', async () => {
    const file = path('result.json');
    writeFileSync(file, 'before');
    chmodSync(file, 0o604);
    linkSync(file, path('before'));
    const { uid, gid, ino } = statSync(file);
    await writeWhole(file, content);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(statSync(file)).toMatchObject({ uid, gid });
    expect(statSync(file).mode & 0o7777).toBe(0o604);
    expect(statSync(file).ino).not.toBe(ino);
    expect(readFileSync(path('before'), 'utf8')).toBe('before');
  });

  test('is found behind links, which stay; also where it is not there yet', async () => {
    mkdirSync(path('there'));
    writeFileSync(path('there', 'old'), 'before');
    symlinkSync('there/old', path('link'));
    symlinkSync(path('link'), path('second'));
    symlinkSync('there/new', path('dangling'));
    await writeWhole(path('second'), content);
    await writeWhole(path('dangling'), content);
    expect(readFileSync(path('there', 'old'), 'utf8')).toBe(content);
    expect(readFileSync(path('there', 'new'), 'utf8')).toBe(content);
    expect([readlinkSync(path('link')), readlinkSync(path('dangling'))]).toEqual(['there/old', 'there/new']);
    expect(readdirSync(path('there')).sort()).toEqual(['new', 'old']);
  });

  test('a link that leads back to itself is said', async () => {
    symlinkSync('second', path('first'));
    symlinkSync('first', path('second'));
    await bothFail(path('first'), 'it is a link that leads back to itself');
  });

  test('a folder that this user may not write in is said, and what was there stays', async () => {
    writeFileSync(path('result.json'), 'before');
    chmodSync(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(writeWhole(path('result.json'), content)).rejects.toMatchObject({
        message: `Could not write ${path('result.json')}: EACCES: permission denied. Name another file by --output or --results.`,
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
    expect(readdirSync(folder)).toEqual(['result.json']);
    expect(readFileSync(path('result.json'), 'utf8')).toBe('before');
  });

  test('a file where a folder should be is said', async () => {
    writeFileSync(path('file'), '');
    await bothFail(path('file', 'result.json'), `EEXIST: file already exists, mkdir '${path('file')}'`);
  });

  test('a link into a folder that is not there is said', async () => {
    symlinkSync('missing/result.json', path('link'));
    await bothFail(path('link'), `ENOENT: no such file or directory, realpath '${path('missing')}'`);
  });
});

describe('what is no regular file is written into', () => {
  test('/dev/null stays the device, and behind a link as well', async () => {
    const before = statSync('/dev/null');
    symlinkSync('/dev/null', path('nothing'));
    for (const file of ['/dev/null', path('nothing')]) {
      await requireWritable(file);
      await writeWhole(file, content);
    }
    expect(lstatSync('/dev/null')).toMatchObject({ ino: before.ino, rdev: before.rdev });
    expect(readlinkSync(path('nothing'))).toBe('/dev/null');
  });

  test('a device that takes nothing is said', async () => {
    await requireWritable('/dev/full');
    await expect(writeWhole('/dev/full', content)).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: 'Could not write /dev/full: ENOSPC: no space left on device, write. Name another file by --output or --results.',
    });
  });

  test('a named pipe gives all to its reader, however much more than it holds, and stays', async () => {
    const pipe = path('pipe');
    execFileSync('mkfifo', [pipe]);
    await requireWritable(pipe);
    const reader = spawn('cat', [pipe]);
    const large = content.repeat(101);
    const [read] = await Promise.all([text(reader.stdout), writeWhole(pipe, large)]);
    expect(read).toBe(large);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  test('a reader that has seen enough is no failure', async () => {
    const pipe = path('pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('head', ['-c', '7', pipe]);
    const [read] = await Promise.all([text(reader.stdout), writeWhole(pipe, content.repeat(1009))]);
    expect(read).toBe(content.slice(0, 5));
  });

  test.each(['/dev/fd', '/proc/self/fd', '/proc/thread-self/fd'])(
    'a file that is open, named by %s: after what stands there, and not replaced',
    async (named) => {
      const file = path('log');
      writeFileSync(file, 'before\n');
      const descriptor = openSync(file, 'a');
      onTestFinished(() => closeSync(descriptor));
      await requireWritable(`${named}/${descriptor}`);
      await writeWhole(`${named}/${descriptor}`, content);
      expect(readFileSync(file, 'utf8')).toBe(`before\n${content}`);
      expect(fstatSync(descriptor).nlink).toBe(1);
    },
  );

  test('a descriptor that is not open is said', async () => {
    await bothFail('/dev/fd/60013', 'EBADF: bad file descriptor, fstat');
  });

  test('there is no writing to a folder, nor to a socket by its name', async () => {
    const server = createServer().listen(path('socket'));
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await bothFail(folder, 'it is a folder');
    await bothFail(path('socket'), 'it is a socket');
    expect(lstatSync(path('socket')).isSocket()).toBe(true);
  });
});
