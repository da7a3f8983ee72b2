import type { Owner, OwnerKind } from '../model/owners.ts';
import { formatCount } from '../model/units.ts';

export const ownerKindNames: Record<OwnerKind, string> = {
  java: 'Java class',
  jvm: 'JVM',
  library: 'library',
  thread: 'thread',
  mapped: 'mappings',
  nobody: '',
};

/** With how many threads or loaders it stands for. */
export function nameOwner({ kind, name, threads, loaders }: Pick<Owner, 'kind' | 'name' | 'threads' | 'loaders'>): string {
  if (kind === 'nobody') return 'nobody: no pointer found';
  if (threads !== undefined) return `${name} × ${formatCount(threads)}`;
  return loaders === undefined ? name : `${name} × ${formatCount(loaders)} loaders`;
}

/** `java` of `/opt/jdk/bin/java -jar app.jar`. */
export function nameProgram([program = '']: readonly string[]): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
