import type { ContainerNames } from '../../parse/container-names.ts';
import { readEngineFiles, readPodFolders } from './engine-files.ts';
import { type EnginePlaces, usualPlaces } from './engine-places.ts';

/** What can be told of containers and pods by their ids. */
export interface KnownNames {
  containers: ReadonlyMap<string, ContainerNames>;
  /** By uid. */
  pods: ReadonlyMap<string, ContainerNames>;
}

/**
 * Names of the containers with these ids: first from files, and where that leaves one without a name by asking the engines. Empty where neither may be read, as in a
 * container beside them.
 */
export async function nameContainers(ids: readonly string[], places: EnginePlaces = usualPlaces()): Promise<KnownNames> {
  if (ids.length === 0) return { containers: new Map(), pods: new Map() };
  const containers = new Map<string, ContainerNames>();
  const add = ([id, names]: [string, ContainerNames]) => containers.set(id, { ...names, ...containers.get(id) });
  for (const entry of await readEngineFiles(ids, places)) add(entry);
  if (ids.some((id) => containers.get(id)?.name === undefined)) {
    const { askEngine } = await import('./engine-api.ts');
    for (const entry of (await Promise.all(places.sockets.map(askEngine))).flat()) add(entry);
  }
  return { containers, pods: await readPodFolders(places) };
}
