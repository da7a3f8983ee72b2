import type { DoctorFile } from '../model/doctor-file.ts';
import type { ExplainedKill, LooksWitness, OomKill, OomResult } from '../model/oom.ts';
import { formatSmallMiB } from '../model/units.ts';
import { left, notMeasured, right, shown, type TextTable, toTable } from './columns.ts';
import { containerTable } from './container-table.ts';
import { signed } from './signed.ts';

const othersShown = 10;

/** What the usage was made of; undefined where the log does not say. */
export function usageTable({ kill }: OomResult, { verbose }: { verbose: boolean }): TextTable | undefined {
  if (!kill?.account || kill.limitBytes === undefined) return undefined;
  const { account, limitBytes, usageBytes, path, limitPath = path } = kill;
  const cgroup: DoctorFile['evidence']['cgroup'] = {
    ...{ version: 1, limitBytes, account },
    ...(usageBytes === undefined ? {} : { usageBytes }),
    ...(limitPath === undefined ? {} : { path: limitPath }),
    ...(path === undefined ? {} : { levels: [{ path }] }),
  };
  return containerTable({ cgroup }, { verbose, processName: nameOwn(kill) });
}

function nameOwn({ victim }: ExplainedKill): string {
  return victim ? `${victim.name} (killed)` : 'killed process';
}

/** Where nothing tells the usage apart: the processes of the report. */
export function processTable({ kill }: OomResult): TextTable | undefined {
  if (!kill || kill.account || kill.processes.length === 0) return undefined;
  return toTable<ExplainedKill['processes'][number]>(
    [
      left('processes', ({ name }) => name),
      right('count', ({ processes }) => String(processes)),
      right('RSS MiB', ({ rssBytes }) => formatSmallMiB(rssBytes)),
    ],
    kill.processes,
  );
}

/** What an exporter saw of the process at its first and its last look. */
export function looksTable({ looks }: OomResult): TextTable | undefined {
  if (!looks) return undefined;
  const perHour = (bytes: number) => signed(bytes, (size) => `${formatSmallMiB(size)} MiB`);
  return toTable<LooksWitness['growth'][number]>(
    [
      left(`looks at ${looks.name}`, ({ part }) => part),
      right('first MiB', ({ firstBytes }) => formatSmallMiB(firstBytes)),
      right('last MiB', ({ lastBytes }) => formatSmallMiB(lastBytes)),
      right('an hour', ({ bytesPerHour }) => shown(bytesPerHour, perHour), 1),
    ],
    looks.growth,
  );
}

/** The other kills of the log, latest first. */
export function otherKillsTable({ others }: OomResult, { verbose }: { verbose: boolean }): TextTable | undefined {
  if (others.length === 0) return undefined;
  return toTable<OomKill>(
    [
      left('other kills', ({ at, sinceBootMs }) => at?.replace(/\.\d+Z$/, 'Z') ?? sinceBoot(sinceBootMs)),
      right('pid', ({ victim }) => shown(victim?.pid, String)),
      left('process', ({ victim }) => victim?.name ?? notMeasured),
      right('RSS MiB', ({ victim }) => shown(victim?.rssBytes, formatSmallMiB), 1),
      left('group', ({ path, constraint }) => path ?? (constraint === 'none' ? 'the whole machine' : notMeasured), 2),
    ],
    verbose ? others : others.slice(0, othersShown),
  );
}

function sinceBoot(sinceBootMs: number | undefined): string {
  return sinceBootMs === undefined ? notMeasured : `${(sinceBootMs / 1000).toFixed(1)} s after boot`;
}
