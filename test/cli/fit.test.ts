import { describe, expect, test } from 'vitest';
import { offheap } from './offheap.ts';

describe('wrong usage', () => {
  const stderrOf = async (args: string[], command: string[] = []) => {
    const { status, stderr } = await offheap(['fit', ...args, ...(command.length > 0 ? ['--', ...command] : [])]);
    expect(status).toBe(2);
    return stderr;
  };
  test.each([
    [['--resolution=100k'], ['true'], /Expected --resolution to be a multiple of 64k/],
    [['--max-slowdown=1'], ['true'], /Expected --max-slowdown to be a number above 1, got "1"/],
    [['--repeats=0'], ['true'], /Expected --repeats to be a whole number from 1/],
    [['--loader=fixed'], ['true'], /Expected no --loader here: it is about the bundled reproducer/],
    [['--ready=tcp:80'], [], /Expected no --ready here: it is about a program of yours/],
  ])('%j -- %j', async (args, command, message) => {
    expect(await stderrOf(args, command)).toMatch(message);
  });
});
