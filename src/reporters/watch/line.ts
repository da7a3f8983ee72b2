import { formatPercentDown } from '../../model/units.ts';
import type { Glance, LastLook } from '../../model/watch.ts';
import { abbreviateCommand } from '../abbreviate.ts';
import { slopeOf, wholeMiB } from './figures.ts';

const longestCommand = 60;

/** One line for what is no terminal. */
export function renderWatchLine({ pid, rssBytes, rss, liveBytes, live, look, ended, command }: Glance): string {
  const liveSlope = live && slopeOf(live);
  const parts = [
    `${new Date().toISOString()} ${pid}`,
    `RSS ${wholeMiB(rssBytes)}`,
    slopeOf(rss),
    liveBytes === undefined ? undefined : `live ${wholeMiB(liveBytes)}`,
    liveSlope,
    look?.freeBytes === undefined ? undefined : `malloc kept free ${wholeMiB(look.freeBytes)}`,
    look?.trimmableBytes === undefined ? undefined : `a trim gives back ${wholeMiB(look.trimmableBytes)}`,
    look && describeUnread(look),
    ended,
  ];
  const shown = parts.filter((part) => part !== undefined);
  return `${shown.join(', ')}  ${abbreviateCommand(command, longestCommand)}\n`;
}

/** Undefined where all of malloc was read. */
function describeUnread({ evidence, mallocReadShare }: LastLook): string | undefined {
  if (mallocReadShare === undefined) {
    return evidence.unknown.some(({ instrument }) => instrument === 'heaps') ? 'malloc was not read' : undefined;
  }
  return mallocReadShare < 1 ? `${formatPercentDown(mallocReadShare)} of malloc was read` : undefined;
}
