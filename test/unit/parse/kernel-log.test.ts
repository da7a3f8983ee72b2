import { describe, expect, test } from 'vitest';
import { type KernelMessage, parseKernelLog } from '../../../src/parse/kernel-log.ts';

const nowMs = new Date(2026, 0, 3).getTime();
const bootUnixMs = Date.UTC(2026, 0, 2);

function parse(text: string, boot?: number): KernelMessage[] {
  return [...parseKernelLog(text, { nowMs, bootUnixMs: boot })];
}

const local = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime();

describe('each format of a log', () => {
  test.each<[string, string, Partial<KernelMessage>]>([
    ['dmesg', '[   12.345678] a: b', { text: 'a: b', sinceBootMs: 12_345.678 }],
    ['dmesg -r', '<6>[   12.345678] a: b', { text: 'a: b', sinceBootMs: 12_345.678 }],
    ['dmesg -x', 'kern  :info  : [   12.345678] a: b', { text: 'a: b', sinceBootMs: 12_345.678 }],
    ['a console with threads', '[   12.345678][  T321] a: b', { text: 'a: b', sinceBootMs: 12_345.678 }],
    ['dmesg -T', '[Thu Dec  7 00:05:14 2017] a: b', { text: 'a: b', unixMs: local(2017, 11, 7, 0, 5, 14) }],
    ['dmesg -T in German', '[Di Aug 12 03:54:03 2025] a: b', { text: 'a: b', unixMs: local(2025, 7, 12, 3, 54, 3) }],
    ['dmesg -T in Japanese', '[月  1月 26 01:49:41 2026] a: b', { text: 'a: b' }],
    [
      'dmesg --time-format=iso',
      '2025-06-04T04:51:57,572293+02:00 a: b',
      { text: 'a: b', unixMs: Date.UTC(2025, 5, 4, 2, 51, 57, 572) },
    ],
    ['journalctl -k', 'Jan 02 03:04:05 host kernel: a: b', { text: 'a: b', unixMs: local(2026, 0, 2, 3, 4, 5) }],
    ['of last year', 'Dec 31 03:04:05 host kernel: a: b', { text: 'a: b', unixMs: local(2025, 11, 31, 3, 4, 5) }],
    ['short-precise', 'Jan 02 03:04:05.250000 host kernel: a: b', { text: 'a: b', unixMs: local(2026, 0, 2, 3, 4, 5) + 250 }],
    ['short-iso', '2025-06-04T04:51:57+0200 host kernel: a: b', { text: 'a: b', unixMs: Date.UTC(2025, 5, 4, 2, 51, 57) }],
    ['short-monotonic', '[   12.345678] host kernel: a: b', { text: 'a: b', sinceBootMs: 12_345.678 }],
    [
      'kern.log',
      'Jan  2 03:04:05 host kernel: [   12.345678] a: b',
      { text: 'a: b', sinceBootMs: 12_345.678, unixMs: local(2026, 0, 2, 3, 4, 5) },
    ],
    [
      'rsyslog, RFC 3339',
      '2025-06-04T04:51:57.572293+00:00 host kernel: [   12.345678] a: b',
      { text: 'a: b', sinceBootMs: 12_345.678, unixMs: Date.UTC(2025, 5, 4, 4, 51, 57, 572) },
    ],
    [
      'talosctl dmesg',
      '10.200.70.91: kern:    info: [2025-06-04T04:51:57.572293906Z]: a: b',
      { text: 'a: b', unixMs: Date.UTC(2025, 5, 4, 4, 51, 57, 572) },
    ],
    ['without a time', 'kernel: a: b', { text: 'a: b' }],
  ])('%s', (_, line, expected) => {
    expect(parse(`${line}\n`)).toEqual([expected]);
  });

  test('/dev/kmsg: number, time by the boot, and lines within a record', () => {
    expect(parse('6,410,284204182,-;anon 1\\x0afile 2 \\xc3\\xa4\n SUBSYSTEM=pci\n DEVICE=+pci:0\n', bootUnixMs)).toEqual([
      { text: 'anon 1', sequence: 410, sinceBootMs: 284_204.182, unixMs: bootUnixMs + 284_204.182 },
      { text: 'file 2 ä', sequence: 410, sinceBootMs: 284_204.182, unixMs: bootUnixMs + 284_204.182 },
    ]);
  });

  test('the lines of a message have its time', () => {
    expect(parse('[Thu Dec  7 00:05:14 2017] anon 1\n                           file 2\n')).toEqual([
      { text: 'anon 1', unixMs: local(2017, 11, 7, 0, 5, 14) },
      { text: 'file 2', unixMs: local(2017, 11, 7, 0, 5, 14) },
    ]);
  });

  test('other programs are left out', () => {
    expect(
      parse('Jan 02 03:04:05 host systemd[1]: Killed process 7 (a)\nJan 02 03:04:05 host app: kernel: Killed process 7 (a)\n'),
    ).toEqual([]);
  });
});
