import { execa } from 'execa';

/**
 * What outlives offheap: a shell that waits for the end of its stdin, which comes when offheap ends in whatever way, SIGKILL included, and then kills
 * the process group and removes its private folder and its cgroup, which takes until the last of its processes is gone. Neither a JVM nor a server under
 * test is left behind, nor pages in /dev/shm.
 */
const script = `
while read -r _; do :; done
kill -s KILL -- "-$1"
[ -z "$2" ] || rm -rf -- "$2"
[ -n "$3" ] || exit
for _ in 1 2 3 4 5 6 7 8 9 10; do
  while read -r pid; do kill -s KILL "$pid"; done < "$3/cgroup.procs"
  rmdir -- "$3" && exit
  sleep 0.2
done`;

/** Returns how to call it off, once the group has ended. */
export function watchGroup(
  groupId: number,
  { privateFolder = '', cgroup = '' }: { privateFolder?: string | undefined; cgroup?: string | undefined },
): () => void {
  const watchdog = execa('/bin/sh', ['-c', script, 'offheap-watchdog', String(groupId), privateFolder, cgroup], {
    env: { PATH: '/usr/bin:/bin' },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  watchdog.stdin.on('error', () => {});
  return () => watchdog.kill('SIGKILL');
}
