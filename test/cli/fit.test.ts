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
    [['--allocator=all'], [], /Expected a program after --, got none\..* The bundled reproducer: offheap repro --fit\n$/],
  ])('%j -- %j', async (args, command, message) => {
    expect(await stderrOf(args, command)).toMatch(message);
  });

  test.each([
    [['--census'], /Expected no --census with --fit, which only looks for a limit\./],
    [['--no-meter'], /Expected no --no-meter with --fit/],
    [['--format=csv'], /Expected --format to be table or json with --fit, got csv\./],
    [['--max-slowdown=1'], /Expected --max-slowdown to be a number above 1, got "1"/],
  ])('repro --fit %j', async (args, message) => {
    const { status, stderr } = await offheap(['repro', '--fit', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
