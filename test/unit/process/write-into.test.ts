import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, lchownSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isHarmlessDevice } from '../../../src/process/harmless-device.ts';
import { readText } from '../../../src/process/read-text.ts';
import { requireWritable, writeWhole } from '../../../src/process/whole-file.ts';
import { isRoot } from '../../skip.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offheap-write-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
function makePipe(): string {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  return pipe;
}
const failure = (path: string, cause: string) => `Could not write ${path}: ${cause}. Name another file by --output or --results.`;

test('a pipe that nobody reads is waited for so long', async () => {
  const pipe = makePipe();
  await expect(writeWhole(pipe, 'text', 100)).rejects.toThrow(failure(pipe, 'nobody reads this pipe for 0.1 s'));
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test('a pipe whose reader does not go on is given up, when it is full', async () => {
  const pipe = makePipe();
  const holder = spawn('sh', ['-c', 'exec 3<>"$1"; exec sleep 600', 'sh', pipe], { stdio: 'ignore' });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await expect(writeWhole(pipe, 'x'.repeat(10_000_019), 1000)).rejects.toThrow(failure(pipe, 'nobody reads this pipe for 1 s'));
});

test('of devices those that keep nothing and terminals are written into', () => {
  const rdev = (major: number, minor: number) => (major << 8) | minor;
  expect([3, 5, 7].map((minor) => isHarmlessDevice(rdev(1, minor)))).toEqual([true, true, true]);
  expect([136, 143, 4, 5].map((major) => isHarmlessDevice(rdev(major, 1)))).toEqual([true, true, true, true]);
  // mem, port, kmsg, watchdog, a scsi generic, rtc
  const others = [rdev(1, 1), rdev(1, 4), rdev(1, 11), rdev(10, 130), rdev(21, 0), rdev(254, 0)];
  expect(others.map(isHarmlessDevice)).toEqual(others.map(() => false));
});

test('a link that another user has put into a folder open to all is not followed', async ({ skip }) => {
  skip(!isRoot, 'only root gives a link away');
  chmodSync(folder, 0o1777);
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'before');
  const links = [join(folder, 'link'), join(folder, 'dangling')];
  symlinkSync('victim', links[0] ?? '');
  symlinkSync('new', links[1] ?? '');
  for (const link of links) {
    lchownSync(link, 65_534, 65_534);
    await expect(requireWritable(link)).rejects.toThrow(
      failure(link, 'this user may not follow it: another user has put a link into a folder that is open to all'),
    );
    await expect(writeWhole(link, 'after')).rejects.toThrow('this user may not follow it');
  }
  expect(readFileSync(victim, 'utf8')).toBe('before');
});

test('what is read has its bound, and a pipe its time', async () => {
  const pipe = makePipe();
  expect(await readText('/dev/zero', 2_097_152)).toEqual({ text: '', isCut: true });
  await expect(readText(pipe, 100, 100)).rejects.toThrow('nobody writes into this pipe for 0.1 s');
  const writer = spawn('sh', ['-c', 'exec 3>"$1"; echo first >&3; sleep 0.3; echo second >&3', 'sh', pipe], { stdio: 'ignore' });
  onTestFinished(() => void writer.kill('SIGKILL'));
  expect(await readText(pipe, 100)).toEqual({ text: 'first\nsecond\n', isCut: false });
  expect(await readText('/dev/null', 100)).toEqual({ text: '', isCut: false });
});
