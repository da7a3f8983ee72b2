import { expect, test } from 'vitest';
import { offheap } from './offheap.ts';

test('offheap --help', async () => {
  const { status, stdout, stderr } = await offheap(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

const commands = ['repro', 'compare', 'guard', 'doctor', 'report', 'allocators', 'counters', 'histo', 'scan-set', 'completion'];
test.each(commands)('offheap %s --help', async (command) => {
  const { status, stdout, stderr } = await offheap([command, '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  for (const section of ['Examples:', 'Exit status:', 'See also:']) expect(stdout).toContain(`\n${section}`);
});

test('offheap --version is the version of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect((await offheap(['--version'])).stdout).toBe(`${manifest.version}\n`);
});
