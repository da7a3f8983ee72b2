import type { Evidence } from '../../model/doctor.ts';
import { printable } from '../../model/printable.ts';
import { formatSeconds, formatUptime } from '../../model/units.ts';
import type { Glance, LastLook, WatchView } from '../../model/watch.ts';
import { isJavaLauncher } from '../../parse/java-command.ts';
import { accountBar, describeRss, describeRuntime, namePatient } from '../doctor-head.ts';
import type { Paint } from '../paint.ts';
import { smallMiB, wholeMiB } from './figures.ts';
import { type Screen, wrapWhole } from './screen.ts';

/** Who it is, RSS against its limit as one bar, and the doctor's verdict: as the doctor begins. */
export function headLines(glance: Glance, view: WatchView, screen: Screen, paint: Paint): string[] {
  const { look, rssBytes, problem, liveWithheld } = glance;
  const { width } = screen;
  const state = glance.ended === undefined ? 'bold' : 'red';
  return [
    ...wrapWhole(titleOf(glance, view), width).map((line) => paint(state, line)),
    ...(look ? accountLines(rssBytes, look, screen) : [`RSS ${wholeMiB(rssBytes)}`]),
    ...verdictLines(glance, width, paint),
    ...(problem === undefined ? [] : wrapWhole(printable(problem), width).map((line) => paint('red', line))),
    ...(liveWithheld === undefined ? [] : wrapWhole(`Live figures are not shown: ${liveWithheld}`, width)),
  ];
}

function titleOf({ pid, command, ended, look }: Glance, { intervalMs }: WatchView): string {
  const patient = look?.evidence ?? { pid, command: [...command], isJvm: isJavaLauncher(command[0] ?? '') };
  const state = ended === undefined ? `every ${formatSeconds(intervalMs)}` : `${ended}, its last values`;
  return `${namePatient(patient)}: ${[...(look && ended === undefined ? describeRuntime(aged(look)) : []), state].join(', ')}`;
}

function aged({ evidence, ageMs }: LastLook): Evidence {
  return { ...evidence, uptimeMs: evidence.uptimeMs + ageMs };
}

/** RSS is of now. The bar is of the last look, and says how old it is. */
function accountLines(rssBytes: number, { evidence, ageMs }: LastLook, screen: Screen): string[] {
  const remarks = [`(${formatUptime(ageMs)} ago)`];
  return [describeRss({ rssBytes }, evidence), ...accountBar(evidence, screen, { format: smallMiB, remarks })];
}

function verdictLines({ look, ended }: Glance, width: number, paint: Paint): string[] {
  if (!look) return ended === undefined ? ['Verdict: looking at it …'] : [];
  const lines = wrapWhole(`Verdict: ${printable(look.verdict)}`, width);
  return lines.map((line) => (look.isProblem ? paint(['bold', 'red'], line) : paint('bold', line)));
}
