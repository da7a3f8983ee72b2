import type { ContainerNames } from '../parse/container-names.ts';
import { type KnownNames, readNames } from '../process/containers/container-names.ts';
import type { Subject } from './subject.ts';

/** A container is there before its names are; after so many refreshes nobody is going to tell them. */
const mostTries = 12;

/** Tells subjects how people call their containers. Of a container its files are read when it is new, and no engine is asked. */
export class ContainerNamer {
  readonly #read: (ids: readonly string[]) => Promise<KnownNames>;
  readonly #names = new Map<string, ContainerNames>();
  readonly #tries = new Map<string, number>();

  constructor(read: (ids: readonly string[]) => Promise<KnownNames> = readNames) {
    this.#read = read;
  }

  async name(subjects: readonly Subject[]): Promise<void> {
    const present = new Set(subjects.flatMap(({ place }) => place.containerId ?? []));
    for (const known of [this.#names, this.#tries]) for (const id of known.keys()) if (!present.has(id)) known.delete(id);
    const wanted = [...present].filter((id) => !this.#names.has(id) && (this.#tries.get(id) ?? 0) < mostTries);
    if (wanted.length > 0) await this.#learn(wanted, subjects);
    for (const subject of subjects) {
      const names = this.#names.get(subject.place.containerId ?? '');
      if (names) subject.names = names;
    }
  }

  async #learn(wanted: readonly string[], subjects: readonly Subject[]): Promise<void> {
    const { containers, pods } = await this.#read(wanted);
    const podOf = new Map(subjects.map(({ place: { containerId, podUid } }) => [containerId, podUid]));
    for (const id of wanted) {
      this.#tries.set(id, (this.#tries.get(id) ?? 0) + 1);
      const names = { ...pods.get(podOf.get(id) ?? ''), ...containers.get(id) };
      if (names.name !== undefined) this.#names.set(id, names);
    }
  }
}
