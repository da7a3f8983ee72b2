import { describe, expect, test } from 'vitest';
import { offheapInTurn } from './in-turn.ts';

const offheap = offheapInTurn();

describe('wrong usage', () => {
  const stderrOf = async (args: string[], command: string[] = []) => {
    const { status, stderr } = await offheap(['fit', ...args, ...(command.length > 0 ? ['--', ...command] : [])]);
    expect(status).toBe(2);
    return stderr;
  };
  test.each([
    [['--resolution=100k'], ['true'], /Expected --resolution to be a multiple of 64k/],
    [['--max-slowdown=1'], ['true'], /Expected --max-slowdown to be a number above 1, got "1"/],
    [['--find-heap=80-25'], ['true'], /Expected --find-heap to be a range of percentages such as 25-80, got "80-25"/],
    [
      ['--find-heap'],
      ['java', '-Xmx1g', 'Main'],
      /Expected a command that leaves the size of the heap to --find-heap, got "-Xmx1g"/,
    ],
    [['--confirm=x'], ['true'], /Expected --confirm to be a whole number from 0/],
    [['--pin-jvm=heap'], ['true'], /--pin-jvm.*collector, all/],
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
