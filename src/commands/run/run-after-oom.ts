import { type ExplainOomOptions, explainOom } from '../../api/explain-oom.ts';
import { exitCodes, OffheapError } from '../../model/errors.ts';
import type { OomResult } from '../../model/oom.ts';
import { quote } from '../../model/units.ts';
import { type OomFormat, oomFormats } from '../../reporters/formats.ts';
import { oomReporters } from '../../reporters/oom.ts';
import { containerIdStart } from '../../stats/oom-target.ts';
import { parsePid } from '../options/pid.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { requireOutput, writeOutput } from './output.ts';
import { terminalOptions } from './terminal.ts';

/** Which kill, and where to look, as the command line has it. */
export interface AfterOomOptions extends PrintOptions {
  pid?: string;
  cgroup?: string;
  container?: string;
  kernelLog?: string;
  countersDir?: string;
  looksDir?: string;
  verbose?: boolean;
}

/** Explains a kill, and sets the exit status: 3 for a kill, 0 for none, 1 where nobody could tell. */
export async function printAfterOom(options: AfterOomOptions): Promise<void> {
  const format = parseFormat(options.format);
  const request = parseRequest(options);
  await requireOutput(options.output);
  const result = await explainOom(request);
  const { verbose = false } = options;
  await writeOutput(oomReporters[format](result, { ...terminalOptions(options), verbose }), options);
  process.exitCode = statusOf(result);
}

function statusOf({ outcome }: OomResult): number {
  if (outcome === 'killed') return exitCodes.problems;
  return outcome === 'no-kill' ? exitCodes.ok : exitCodes.failed;
}

function parseFormat(format: string): OomFormat {
  const known = oomFormats.find((name) => name === format);
  if (known) return known;
  throw new OffheapError('USAGE', `Expected --format to be ${oomFormats.join(', ')} with --after-oom, got ${format}.`);
}

function parseRequest({ pid, cgroup, container, kernelLog, countersDir, looksDir }: AfterOomOptions): ExplainOomOptions {
  // The variable of the counted processes: a service of the same environment has it.
  const folder = countersDir ?? process.env['OFFHEAP_COUNTERS_DIR'];
  return {
    ...(pid === undefined ? {} : { pid: parsePid(pid) }),
    ...(cgroup === undefined ? {} : { cgroup: parsePath(cgroup) }),
    ...(container === undefined ? {} : { container: parseContainer(container) }),
    ...(kernelLog === undefined ? {} : { kernelLog }),
    ...(folder === undefined || folder === '' ? {} : { countersFolder: folder }),
    ...(looksDir === undefined || looksDir === '' ? {} : { looksFolder: looksDir }),
  };
}

function parsePath(cgroup: string): string {
  if (cgroup !== '') return cgroup;
  throw new OffheapError('USAGE', 'Expected --cgroup to be the path of a group, such as /docker/ID, got "".');
}

function parseContainer(container: string): string {
  const id = container.toLowerCase();
  if (containerIdStart.test(id)) return id;
  throw new OffheapError(
    'USAGE',
    `Expected --container to be the id of a container, at least 6 of its hexadecimal digits, got ${quote(container)}. They are in: docker ps -a, crictl ps -a`,
  );
}
