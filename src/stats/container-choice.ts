import type { NamedContainer } from '../model/survey.ts';

/** How people name a place: what `offheap doctor --container` and `--pod` were given. */
export interface WantedPlace {
  /** The name of a container, or 4 or more digits of its id. */
  container?: string | undefined;
  /** The name of a pod, `NAMESPACE/NAME`, or 4 or more characters of its uid. */
  pod?: string | undefined;
}

interface Contained {
  container: NamedContainer;
}

const idStart = /^[\da-f]{4,64}$/;
const uidStart = /^[\da-f][\da-f-]{3,35}$/;

/** Those in the place. A whole name goes before the beginning of an id, as for the engines' own commands. */
export function inPlace<Process extends Contained>(processes: readonly Process[], { container, pod }: WantedPlace): Process[] {
  const inPod = pod === undefined ? [...processes] : ofPod(processes, pod);
  return container === undefined ? inPod : ofContainer(inPod, container);
}

function ofContainer<Process extends Contained>(processes: readonly Process[], wanted: string): Process[] {
  const start = wanted.toLowerCase();
  const byName = processes.filter(({ container: { name, id } }) => name === wanted || id === start);
  if (byName.length > 0 || !idStart.test(start)) return byName;
  return processes.filter(({ container: { id } }) => id?.startsWith(start));
}

function ofPod<Process extends Contained>(processes: readonly Process[], wanted: string): Process[] {
  const start = wanted.toLowerCase();
  const byName = processes.filter(
    ({ container: { pod, namespace, podUid } }) =>
      (pod !== undefined && (pod === wanted || `${namespace}/${pod}` === wanted)) || podUid === start,
  );
  if (byName.length > 0 || !uidStart.test(start)) return byName;
  return processes.filter(({ container: { podUid } }) => podUid?.startsWith(start));
}

/** What to tell one container by: `NAMESPACE/POD/NAME`, as much of it as is known, or the start of its id as the engines' own lists have it. */
export function describeContainer({ namespace, pod, name, id, podUid }: NamedContainer): string {
  const ofPod = pod === undefined ? [] : [namespace, pod];
  const own = name ?? id?.slice(0, 12) ?? (pod === undefined && podUid !== undefined ? `pod ${podUid}` : undefined);
  return [...ofPod, own].filter((part) => part !== undefined).join('/');
}
