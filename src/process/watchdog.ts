import { randomUUID } from 'node:crypto';
import { execa } from 'execa';

/**
 * What outlives offheap: a shell that waits for the end of its stdin, which comes when offheap ends in whatever way, SIGKILL included. Then it kills
 * the process group whose id it was told, and whatever else has the run's mark in its environment: a program that offheap had just started when it was killed, and what has
 * left the group. It removes their attach sockets, which it looks for while their processes still tell whose they are, the private folder, and the cgroup, which takes until the last of its processes is gone. Neither a JVM nor a server
 * under test is left behind, nor pages in /dev/shm.
 */
const script = `
group=
while read -r line; do group=$line; done
sockets=
for socket in /tmp/.java_pid*; do
  grep -qsazxF -- "$1" "/proc/\${socket#/tmp/.java_pid}/environ" && sockets="$sockets $socket"
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -z "$group" ] || { kill -s KILL -- "-$group"; rm -f -- "/tmp/.java_pid$group" "/tmp/.java_pid$group.tmp" $sockets; }
  for environ in /proc/[0-9]*/environ; do
    grep -qsazxF -- "$1" "$environ" || continue
    pid=\${environ#/proc/}
    pid=\${pid%/environ}
    kill -s KILL "$pid"
    rm -f -- "/tmp/.java_pid$pid"
  done
  [ -z "$2" ] || rm -rf -- "$2"
  [ -z "$3" ] || rmdir -- "$3"
  sleep 0.1
done`;

export interface Watchdog {
  /** To be in the environment of what is watched. */
  mark: Readonly<Record<string, string>>;
  /** Tells it the process group, once there is one. */
  watch(groupId: number): void;
  /** Once the group has ended. */
  callOff(): void;
}

/** To be armed before the program is started: there is no moment in which a killed offheap leaves it behind. */
export function armWatchdog({
  privateFolder = '',
  cgroup = '',
}: {
  privateFolder?: string | undefined;
  cgroup?: string | undefined;
}): Watchdog {
  const id = randomUUID();
  const watchdog = execa('/bin/sh', ['-c', script, 'offheap-watchdog', `OFFHEAP_RUN=${id}`, privateFolder, cgroup], {
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
  return {
    mark: { OFFHEAP_RUN: id },
    watch: (groupId) => watchdog.stdin.write(`${groupId}\n`),
    callOff: () => watchdog.kill('SIGKILL'),
  };
}
