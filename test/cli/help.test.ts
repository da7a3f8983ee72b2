import { describe, expect, test } from 'vitest';
import { commandList } from '../../src/command-list.ts';
import { offheapInTurn } from './in-turn.ts';
import { offheap } from './offheap.ts';

const inTurn = offheapInTurn();

test('offheap --help', async () => {
  const { status, stdout, stderr } = await offheap(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

describe.each(commandList.map(({ name }) => name))('offheap %s', (command) => {
  test('--help: a first screen', async () => {
    const { status, stdout, stderr } = await inTurn([command, '--help'], { COLUMNS: '80' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    for (const section of ['Examples:', 'See also:']) expect(stdout).toContain(`\n${section}`);
    expect(stdout).toContain(`: offheap ${command} --help --all\n`);
  });

  test('--help --all: the rest', async () => {
    const { status, stdout, stderr } = await inTurn([command, '--help', '--all']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    for (const section of ['Examples:', 'Exit status:', 'See also:']) expect(stdout).toContain(`\n${section}`);
  });
});

test('offheap --version is the version of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect((await offheap(['--version'])).stdout).toBe(`${manifest.version}\n`);
});
