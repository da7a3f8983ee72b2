// The machine that a benchmark ran on, as its raw results keep it.
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';

export function describeHost() {
  const { header } = process.report.getReport();
  const system = /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const [loadAverage] = loadavg();
  return {
    cpus: cpus().length,
    cpuModel: cpus()[0].model,
    system,
    kernel: release(),
    libc: header.glibcVersionRuntime,
    loadAverage,
  };
}

/** One sentence for the head of a section. */
export function describeMachine({ startedAt, host }) {
  return `Measured ${startedAt.slice(0, 10)} on ${host.cpus} × ${host.cpuModel}, ${host.system}, kernel ${host.kernel}, glibc ${host.libc}; load average at the start ${host.loadAverage.toFixed(2)}.`;
}
