import type { ContainerNames } from '../../parse/container-names.ts';
import { readEngineFiles, readPodFolders } from './engine-files.ts';
import { type EnginePlaces, hostPlaces, usualPlaces } from './engine-places.ts';

/** What can be told of containers and pods by their ids. */
export interface KnownNames {
  containers: ReadonlyMap<string, ContainerNames>;
  /** By uid. */
  pods: ReadonlyMap<string, ContainerNames>;
}

/**
 * Names of the containers with these ids: first from files, and where that leaves one without a name by asking the engines. Empty where neither may be read, as in a
 * container that does not see the host's processes.
 */
export async function nameContainers(ids: readonly string[], places: EnginePlaces = placesHere()): Promise<KnownNames> {
  const { containers, pods } = await readNames(ids, places);
  if (ids.some((id) => containers.get(id)?.name === undefined)) {
    const { askEngine } = await import('./engine-api.ts');
    for (const entry of (await Promise.all(places.sockets.map(askEngine))).flat()) add(containers, entry);
  }
  return { containers, pods };
}

/** The same from files alone: no engine is asked. */
export async function readNames(
  ids: readonly string[],
  places: EnginePlaces = placesHere(),
): Promise<{ containers: Map<string, ContainerNames>; pods: Map<string, ContainerNames> }> {
  const containers = new Map<string, ContainerNames>();
  if (ids.length === 0) return { containers, pods: new Map() };
  for (const entry of await readEngineFiles(ids, places)) add(containers, entry);
  return { containers, pods: await readPodFolders(places) };
}

const placesHere = () => hostPlaces() ?? usualPlaces();

function add(containers: Map<string, ContainerNames>, [id, names]: [string, ContainerNames]): void {
  containers.set(id, { ...names, ...containers.get(id) });
}
