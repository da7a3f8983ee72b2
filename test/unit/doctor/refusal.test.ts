import { describe, expect, test } from 'vitest';
import { type Refused, refusalsOf } from '../../../src/doctor/dead/refusal.ts';
import type { DeadMemory, DeathFailure, DeathLimits } from '../../../src/model/dead.ts';
import { evidenceOf } from '../../fixtures/evidence.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

function death(
  failure: Partial<DeathFailure>,
  {
    limits = {},
    memory = {},
    host = {},
    threads = 10,
  }: { limits?: DeathLimits; memory?: Partial<DeadMemory>; host?: Refused['host']; threads?: number },
): Refused {
  return {
    failure: { kind: 'native', message: '', ...failure },
    limits,
    host,
    memory: { parts: [], ...memory },
    evidence: { ...evidenceOf(), threads },
  };
}
const codes = (refused: Refused) => refusalsOf(refused).map(({ code, isCertain }) => [code, isCertain]);

describe('which limit refused the memory', () => {
  test('the address space, by what was asked for beyond it', () => {
    const limits = { addressSpaceBytes: 3 * GiB };
    const asked = { way: 'mmap' as const, askedBytes: 256 * MiB };
    expect(codes(death(asked, { limits, memory: { virtualBytes: 2.9 * GiB } }))).toEqual([['address-space-limit', true]]);
    expect(codes(death({ ...asked, askedBytes: MiB }, { limits, memory: { virtualBytes: 2.8 * GiB } }))).toEqual([
      ['address-space-limit', false],
    ]);
    expect(codes(death({ ...asked, askedBytes: MiB }, { limits, memory: { virtualBytes: 2 * GiB } }))).toEqual([]);
  });

  test('data, by what is private and writable', () => {
    const limits = { dataBytes: GiB };
    expect(codes(death({ askedBytes: MiB }, { limits, memory: { committedBytes: GiB } }))).toEqual([['data-limit', true]]);
    expect(codes(death({ askedBytes: MiB }, { limits, memory: { committedBytes: GiB / 2 } }))).toEqual([]);
  });

  test('mappings, also where the report does not tell the limit', () => {
    expect(codes(death({}, { limits: { mappings: 1000 }, memory: { mappings: 990 } }))).toEqual([['mapping-limit', true]]);
    expect(codes(death({}, { memory: { mappings: 65_530 } }))).toEqual([['mapping-limit', true]]);
    expect(codes(death({}, { memory: { mappings: 60_000 } }))).toEqual([]);
  });

  test('threads, only where a thread was refused', () => {
    const limits = { containerThreads: 100, containerThreadsUsed: 100 };
    expect(codes(death({ way: 'thread' }, { limits }))).toEqual([['thread-limit', true]]);
    expect(codes(death({ way: 'mmap' }, { limits }))).toEqual([]);
    expect(codes(death({ way: 'thread' }, { limits: { userThreads: 50 }, threads: 30 }))).toEqual([['thread-limit', false]]);
    expect(codes(death({ way: 'thread' }, { limits: { userThreads: 50 }, threads: 20 }))).toEqual([]);
  });

  test('the commit limit: never where more was promised than that, and certain where the mode is told', () => {
    const asked = { askedBytes: 100 * MiB };
    const near = { commitBytes: GiB, committedBytes: GiB - 50 * MiB };
    expect(codes(death(asked, { limits: near }))).toEqual([['commit-limit', false]]);
    expect(codes(death(asked, { limits: { ...near, overcommit: 2 } }))).toEqual([['commit-limit', true]]);
    expect(codes(death(asked, { limits: { ...near, overcommit: 0 } }))).toEqual([]);
    expect(codes(death(asked, { limits: { ...near, committedBytes: 2 * GiB } }))).toEqual([]);
  });

  test('the machine: what is more than it has, and what is left of it', () => {
    const host = { ramBytes: 8 * GiB, swapBytes: GiB, availableBytes: 4 * GiB, freeSwapBytes: GiB };
    expect(codes(death({ askedBytes: 10 * GiB }, { host }))).toEqual([['host-memory', true]]);
    expect(codes(death({ askedBytes: 8 * GiB }, { host }))).toEqual([]);
    expect(codes(death({ askedBytes: MiB }, { host: { ...host, availableBytes: 100 * MiB, freeSwapBytes: 0 } }))).toEqual([
      ['host-memory', false],
    ]);
  });

  test('a container near its limit comes after what is certain', () => {
    const limits = { containerBytes: GiB, containerUsedBytes: GiB - MiB, addressSpaceBytes: 3 * GiB };
    expect(codes(death({ askedBytes: MiB }, { limits, memory: { virtualBytes: 3 * GiB } }))).toEqual([
      ['address-space-limit', true],
      ['container-limit', false],
    ]);
  });
});
