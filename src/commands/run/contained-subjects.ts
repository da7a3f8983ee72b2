import { OffheapError } from '../../model/errors.ts';
import { quote } from '../../model/units.ts';
import { type ContainedProcess, findContained } from '../../observe/contained.ts';
import { nameCommand } from '../../parse/java-command.ts';
import { describeContainer, inPlace, type WantedPlace } from '../../stats/container-choice.ts';

const mostListed = 20;

/**
 * The JVM in a container or a pod; where there is none, its only process.
 *
 * @param command to name it by in what is to be run next
 * @throws OffheapError USAGE where several are meant, each with a line to run; NO_SUCH_PROCESS where none is, with what was found
 */
export async function resolveContained(wanted: WantedPlace, command: string): Promise<number> {
  requireText('--container', wanted.container);
  requireText('--pod', wanted.pod);
  return chooseContained(await findContained(), wanted, command);
}

/** Exported for tests: they have no ten containers. */
export function chooseContained(all: readonly ContainedProcess[], wanted: WantedPlace, command: string): number {
  const what = describeWanted(wanted);
  const found = inPlace(all, wanted);
  const jvms = found.filter(({ isJvm }) => isJvm);
  const [only, another] = jvms.length > 0 ? jvms : found;
  if (only && !another) return only.pid;
  if (!only) {
    throw new OffheapError('NO_SUCH_PROCESS', `Expected a process in ${what}, found none. ${describeOthers(all, command)}`);
  }
  if (jvms.length === 0) {
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a JVM in ${what}, found none among its ${found.length} processes. Look at one of them:${linesOf(found, command)}`,
    );
  }
  throw new OffheapError(
    'USAGE',
    `Expected one JVM in ${what}, found ${jvms.length}. Look at one of them:${linesOf(jvms, command)}`,
  );
}

function describeWanted({ container, pod }: WantedPlace): string {
  const parts = [
    ...(container === undefined ? [] : [`a container ${quote(container)}`]),
    ...(pod === undefined ? [] : [`a pod ${quote(pod)}`]),
  ];
  return parts.join(' of ');
}

/** Where names are not known, people have to give ids. */
function describeOthers(all: readonly ContainedProcess[], command: string): string {
  if (all.length === 0) {
    return 'No process here is in a container, as far as its cgroup tells. Run this on the host of the container, or by its pid in the container itself: offheap doctor';
  }
  const jvms = all.filter(({ isJvm }) => isJvm);
  const isNamed = all.some(({ container: { name, pod } }) => (name ?? pod) !== undefined);
  const hint = isNamed
    ? ''
    : ' Their names are not known here: run offheap as root on their host, with DOCKER_HOST where the engine has a socket of its own, or give an id.';
  if (jvms.length === 0) return `No container here has a JVM.${hint} Those with processes:${linesOf(all, command)}`;
  return `The containers here with a JVM:${linesOf(jvms, command)}${hint === '' ? '' : `\n${hint.trim()}`}`;
}

function linesOf(processes: readonly ContainedProcess[], command: string): string {
  const lines = processes
    .slice(0, mostListed)
    .map(
      (process) =>
        `\n  offheap ${command} ${process.pid}   # ${describeContainer(process.container)}: ${nameCommand(process.command, process.isJvm)}`,
    );
  const more = processes.length - lines.length;
  return `${lines.join('')}${more > 0 ? `\n  and ${more} more` : ''}`;
}

function requireText(option: string, value: string | undefined): void {
  if (value === undefined || value.trim() !== '') return;
  throw new OffheapError(
    'USAGE',
    `Expected ${option} to be a name or the first 4 or more digits of an id, got ${quote(value)}. They are in: docker ps, crictl ps, crictl pods`,
  );
}
