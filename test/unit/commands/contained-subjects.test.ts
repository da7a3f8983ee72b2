import { expect, test } from 'vitest';
import { chooseContained } from '../../../src/commands/run/contained-subjects.ts';
import type { ContainedProcess } from '../../../src/observe/contained.ts';

const process = (pid: number, start: string, isJvm: boolean, names: { name?: string } = {}): ContainedProcess => ({
  pid,
  command: isJvm ? ['java', '-jar', 'app.jar'] : ['/pause'],
  isJvm,
  container: { id: start.padEnd(64, '0'), ...names },
});
const choose = (all: ContainedProcess[], container: string) => chooseContained(all, { container }, 'doctor');

test('the JVM among other processes, and an only process', () => {
  expect(choose([process(7, 'aaaa', false), process(8, 'aaaa', true), process(9, 'bbbb', true)], 'aaaa')).toBe(8);
  expect(choose([process(7, 'aaaa', false)], 'aaaa')).toBe(7);
});

test('several JVMs: each with the line to run', () => {
  expect(() => choose([process(7, 'aaaa', true, { name: 'web' }), process(8, 'aaaa', true, { name: 'web' })], 'web')).toThrow(
    'Expected one JVM in a container "web", found 2. Look at one of them:\n  offheap doctor 7   # web: app.jar\n  offheap doctor 8   # web: app.jar',
  );
});

test('several processes and no JVM', () => {
  expect(() => choose([process(7, 'aaaa', false), process(8, 'aaaa', false)], 'aaaa')).toThrow(
    'Expected a JVM in a container "aaaa", found none among its 2 processes. Look at one of them:\n  offheap doctor 7   # aaaa00000000: pause',
  );
});

test('none: those that are there, and how names are known', () => {
  expect(() => choose([process(7, 'aaaa', true), process(8, 'bbbb', false)], 'web')).toThrow(
    'Expected a process in a container "web", found none. The containers here with a JVM:\n  offheap doctor 7   # aaaa00000000: app.jar\nTheir names are not known here: run offheap as root on their host, with DOCKER_HOST where the engine has a socket of its own, or give an id.',
  );
  expect(() => choose([process(8, 'bbbb', false, { name: 'db' })], 'web')).toThrow(
    'found none. No container here has a JVM. Those with processes:\n  offheap doctor 8   # db: pause',
  );
  expect(() => choose([], 'web')).toThrow('found none. No process here is in a container, as far as its cgroup tells.');
});

test('a long list ends', () => {
  const many = Array.from({ length: 30 }, (_, index) => process(index + 1, 'aaaa', true));
  expect(() => choose(many, 'aaaa')).toThrow(/found 30\.[\s\S]*\n {2}offheap doctor 20 [^\n]*\n {2}and 10 more$/);
});
