import { expect, test } from 'vitest';
import { commandList } from '../../src/command-list.ts';
import { offheap } from './offheap.ts';

test('offheap --help', async () => {
  const { status, stdout, stderr } = await offheap(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

test.each(commandList.map(({ name }) => name))('offheap %s --help', async (command) => {
  const { status, stdout, stderr } = await offheap([command, '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  for (const section of ['Examples:', 'Exit status:', 'See also:']) expect(stdout).toContain(`\n${section}`);
});

test('offheap --version is the version of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect((await offheap(['--version'])).stdout).toBe(`${manifest.version}\n`);
});
