import { execa } from 'execa';

/**
 * What outlives offheap: a shell that waits for the end of its stdin, which comes when offheap ends in whatever way, SIGKILL included, and then kills
 * the process group and removes its private folder. Neither a JVM nor a server under test is left behind, nor pages in /dev/shm.
 */
const script = 'while read -r _; do :; done; kill -s KILL -- "-$1"; [ -z "$2" ] || rm -rf -- "$2"';

/** Returns how to call it off, once the group has ended. */
export function watchGroup(groupId: number, privateFolder = ''): () => void {
  const watchdog = execa('/bin/sh', ['-c', script, 'offheap-watchdog', String(groupId), privateFolder], {
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
