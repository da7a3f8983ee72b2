import { readFileSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';
import { glibcVersion } from '../allocators/locate.ts';
import type { Jdk } from '../jvm/java-home.ts';
import type { Host } from '../model/result.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';

/** What of this machine bears on the figures. */
export function describeHost(jdk: Jdk | undefined): Host {
  const glibc = glibcVersion();
  const maxMapCount = Number(readSetting('/proc/sys/vm/max_map_count'));
  const transparentHugePages = /\[(\w+)\]/.exec(readSetting('/sys/kernel/mm/transparent_hugepage/enabled') ?? '')?.[1];
  const cgroup = readMemoryCgroup();
  const host: Host = {
    kernel: release(),
    libc: glibc === undefined ? 'not glibc' : `glibc ${glibc}`,
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
  };
  if (maxMapCount > 0) host.maxMapCount = maxMapCount;
  if (transparentHugePages !== undefined) host.transparentHugePages = transparentHugePages;
  if (cgroup) host.cgroup = { version: cgroup.version, limitBytes: cgroup.limitBytes };
  if (jdk) host.jdk = { version: jdk.version, vendor: jdk.vendor, home: jdk.home };
  return host;
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
