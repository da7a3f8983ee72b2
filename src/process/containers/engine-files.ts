import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesPerMiB } from '../../model/units.ts';
import {
  type ContainerNames,
  type NamedContainers,
  parseBundle,
  parseDockerConfig,
  parseLogName,
  parsePodFolder,
  parseStorageList,
} from '../../parse/container-names.ts';
import { readForeignFile } from '../foreign-file.ts';
import type { EnginePlaces } from './engine-places.ts';

const maxBundleBytes = 4 * bytesPerMiB;
const maxListBytes = 16 * bytesPerMiB;
/** A node has 110 pods as a rule, and links of containers that have ended. */
const maxEntries = 16_384;

/** What engines and the kubelet have noted in files of these containers, as far as this user may read them. No engine is asked. */
export async function readEngineFiles(ids: readonly string[], places: EnginePlaces): Promise<NamedContainers> {
  const perContainer = await Promise.all(ids.map((id) => readFilesOf(id, places)));
  const lists = await Promise.all(places.storageLists.map((path) => readText(path, maxListBytes).then(parseStorageList)));
  const links = await listFolder(places.logLinks);
  return [...perContainer.flat(), ...links.flatMap(parseLogName), ...lists.flat()];
}

/** Pods by their uid, as the kubelet has noted them. */
export async function readPodFolders({ podLogs }: EnginePlaces): Promise<Map<string, ContainerNames>> {
  return new Map((await listFolder(podLogs)).flatMap((name) => [parsePodFolder(name)].filter((pod) => pod !== undefined)));
}

async function readFilesOf(id: string, { bundles, dockerFolders }: EnginePlaces): Promise<NamedContainers> {
  const found: NamedContainers = [];
  for (const { folder, inner } of bundles) {
    const names = parseBundle(await readText(join(folder, id, inner), maxBundleBytes));
    if (Object.keys(names).length > 0) found.push([id, names]);
  }
  for (const folder of dockerFolders)
    found.push(...parseDockerConfig(await readText(join(folder, id, 'config.v2.json'), maxBundleBytes)));
  return found;
}

/** Empty where it is not, or may not be read. */
async function readText(path: string, maxBytes: number): Promise<string> {
  return readForeignFile(path, maxBytes).then(String, () => '');
}

async function listFolder(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(path)) {
      names.push(name);
      if (names.length === maxEntries) break;
    }
  } catch {
    // It is not there, or not for this user.
  }
  return names;
}
