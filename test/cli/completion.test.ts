import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { has } from '../skip.ts';
import { offheapInTurn } from './in-turn.ts';

const offheap = offheapInTurn();

const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { status, stdout } = await offheap(['completion', shell]);
    expect(status).toBe(0);
    scripts[shell] = stdout;
  }
});

function run(shell: string, args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(shell, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

const file = (shell: string) => {
  const path = join(temporaryFolder(), 'script');
  writeFileSync(path, scripts[shell] ?? '');
  return path;
};

describe('bash', () => {
  /** The words as bash itself splits them: = is one of its own. */
  const complete = (...words: string[]) => {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _offheap; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['--norc', '-c', script, 'bash', file('bash'), 'offheap', ...words]);
  };

  test.each([
    ['commands', ['d'], ['doctor']],
    ['options of a command', ['histo', '--b'], ['--budget']],
    ['choices after a space', ['repro', '--loader', ''], ['leaky', 'half', 'fixed', 'jdk']],
    ['choices after =', ['repro', '--loader', '=', 'h'], ['half']],
    ['choices right at =', ['counters', '--format', '='], ['table', 'json']],
    ['configurations', ['compare', '--allocator', '=', 'jem'], ['jemalloc', 'jemalloc-bg']],
    ['an argument with choices', ['completion', 'z'], ['zsh']],
    ['nothing for a number', ['repro', '--threads', ''], []],
    ['an option after one without a value', ['doctor', '--gc', '--tr'], ['--trim']],
  ])('%s', (_, words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });
});

test('zsh: the script is one that its completion system takes', (context) => {
  context.skip(!has('zsh'), 'zsh is not installed');
  const script = 'autoload -Uz compinit; compinit -D -u; source $1; print -r -- $_comps[offheap]; whence -w _offheap';
  expect(run('zsh', ['-f', '-c', script, 'zsh', file('zsh')])).toEqual(['_offheap', '_offheap: function']);
});

test('fish: commands, options and values', (context) => {
  context.skip(!has('fish'), 'fish is not installed');
  const complete = (line: string) =>
    run('fish', ['--no-config', '-c', `source ${file('fish')}; complete -C ${JSON.stringify(line)}`]).map(
      (row) => row.split('\t')[0],
    );
  expect(complete('offheap do')).toEqual(['doctor']);
  expect(complete('offheap histo --b')).toEqual(['--budget']);
  expect(complete('offheap repro --loader ')).toEqual(expect.arrayContaining(['leaky', 'half', 'fixed', 'jdk']));
  expect(complete('offheap completion z')).toEqual(['zsh']);
});

test('another shell is wrong usage, with those there are', async () => {
  const { status, stderr } = await offheap(['completion', 'csh']);
  expect(status).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
