import type { Evidence } from '../model/doctor.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';

/** The memory cgroup whose limit is in force for a process; undefined where no memory controller is to be seen. */
export function readContainer(pid: number): Evidence['cgroup'] {
  const cgroup = readMemoryCgroup(pid);
  if (!cgroup) return undefined;
  const { version, limitBytes, usageBytes } = cgroup;
  return {
    version,
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
  };
}
