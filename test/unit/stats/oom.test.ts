import { describe, expect, test } from 'vitest';
import type { OomReport } from '../../../src/parse/oom-kill-report.ts';
import { liveSizeClasses } from '../../../src/stats/live-sizes.ts';
import { hasContainer, killsOf, toGroupPath } from '../../../src/stats/oom-target.ts';

const id = '178ec18073cc6ac7be2de8d9869daf162a6349dd056b6535849112c53ec3102a';

describe('a target', () => {
  test.each([
    ['/pod/app', '/pod/app'],
    ['pod/app/', '/pod/app'],
    ['/sys/fs/cgroup/memory/pod/app', '/pod/app'],
    ['/sys/fs/cgroup/pod/app', '/pod/app'],
    ['/sys/fs/cgroup/unified/pod', '/pod'],
    ['/sys/fs/cgroup', '/'],
    ['/sys/fs/cgroups/pod', '/sys/fs/cgroups/pod'],
    ['4:memory:/pod/app', '/pod/app'],
    ['0::/pod/app', '/pod/app'],
  ])('the group %s', (text, path) => {
    expect(toGroupPath(text)).toBe(path);
  });

  test.each([
    [`/docker/${id}`, true],
    [`/system.slice/docker-${id}.scope`, true],
    [`/kubepods.slice/cri-containerd-${id}.scope/nested`, true],
    [`/machine.slice/libpod-${id}.scope`, true],
    [`/system.slice/kubepods-pod1.slice:cri-containerd:${id}`, true],
    [`/docker/0${id.slice(1)}`, false],
    ['/user.slice/178ec1', false],
  ])('the container of %s: %s', (path, is) => {
    expect(hasContainer(path, '178ec1')).toBe(is);
    expect(hasContainer(path, id)).toBe(is);
  });

  test('of several kills the latest, by pid, group and container', () => {
    const kill = (pid: number, path: string, limitPath = path): OomReport => ({
      ...{ victim: { pid, name: 'a' }, path, limitPath, alsoKilled: [{ pid: pid + 100, name: 'b' }], tasks: [], moreTasks: 0 },
    });
    const reports = [kill(1, '/pod/x'), kill(2, `/pod/${id}`, '/pod'), kill(3, '/pods'), kill(1, '/other')];
    const pids = (target: Parameters<typeof killsOf>[1]) => killsOf(reports, target).map(({ victim, path }) => [victim?.pid, path]);
    expect(pids({})).toHaveLength(4);
    expect(pids({ pid: 1 })).toEqual([
      [1, '/other'],
      [1, '/pod/x'],
    ]);
    expect(pids({ pid: 103 })).toEqual([[3, '/pods']]);
    expect(pids({ cgroup: '/pod' })).toEqual([
      [2, `/pod/${id}`],
      [1, '/pod/x'],
    ]);
    expect(pids({ container: '178ec1' })).toEqual([[2, `/pod/${id}`]]);
  });
});

describe('live blocks by size class', () => {
  const blocks = (counts: Readonly<Record<number, number>>) => Array.from({ length: 49 }, (_, width) => counts[width] ?? 0);

  test('one class has all live bytes', () => {
    expect(liveSizeClasses(blocks({ 16: 7 }), 7 * 65_528)).toEqual([
      { fromBytes: 32_768, toBytes: 65_535, blocks: 7, leastBytes: 7 * 65_528, mostBytes: 7 * 65_528 },
    ]);
  });

  test('of two classes each has what the other cannot have', () => {
    // 1,000 blocks of 65,528 bytes and 1,000 of 24.
    const [large, small] = liveSizeClasses(blocks({ 16: 1000, 5: 1000 }), 65_552_000);
    expect(large).toMatchObject({ fromBytes: 32_768, leastBytes: 65_552_000 - 31_000, mostBytes: 65_535_000 });
    expect(small).toMatchObject({ fromBytes: 16, toBytes: 31, leastBytes: 17_000, mostBytes: 31_000 });
  });

  test('the last class has no upper end', () => {
    const [last] = liveSizeClasses(blocks({ 48: 1, 5: 1 }), 2 ** 48);
    expect(last).toEqual({ fromBytes: 2 ** 47, blocks: 1, leastBytes: 2 ** 47, mostBytes: 2 ** 48 - 16 });
  });

  test('blocks below zero, and none, are no class', () => {
    expect(liveSizeClasses(blocks({ 5: -1, 6: 0, 0: 4 }), 0)).toEqual([]);
  });
});
