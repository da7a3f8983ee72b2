import type { OwnerKind } from '../model/owners.ts';
import { threadGroup } from '../parse/thread-print.ts';

/** Most names of classes have half of it. */
const longestLabel = 128;

type Fold = readonly [part: RegExp, instead: string];

/** What the JVM, or a library that makes classes, numbers anew at each start; from the end of a name. */
const ofClasses: readonly Fold[] = [
  // The address of a hidden class; before JDK 15 the hash of an anonymous one.
  [/\/(?:0x[\da-f]+|\d+)$/, ''],
  [/(\$\$Lambda)\$\d+$/, '$1'],
  [/(?:\bjdk\.proxy\d+\.)?(\$Proxy)\d+$/, '$1'],
  [/(\bGenerated(?:Method|Constructor|SerializationConstructor)Accessor)\d+$/, '$1'],
  // CGLIB, Byte Buddy, Hibernate, Javassist.
  [/(\$\$\w*CGLIB)\$\$[\da-f]+(?:_\d+)?/g, '$1'],
  [/(\$(?:ByteBuddy|HibernateProxy))\$\w{8}$/, '$1'],
  [/(_\$\$_jvst)[\da-f]+_[\da-f]+$/, '$1'],
];

/** Libraries that a jar carries are unpacked under names of a moment: `librocksdbjni8311766216475621.so`. */
const ofLibraries: readonly Fold[] = [
  [/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'N'],
  [/\d{8,}/g, 'N'],
];

/**
 * An owner's name as the value of a label: without what is another at each start or in each process, so that a fleet has few of them, and of bounded length. Names that are one by that are
 * one owner.
 */
export function ownerLabel(kind: OwnerKind, name: string): string {
  return shorten(fold(kind, name));
}

function fold(kind: OwnerKind, name: string): string {
  if (kind === 'thread') return threadGroup(name);
  if (kind === 'library') return replaceAll(name, ofLibraries);
  if (kind !== 'java') return name;
  const [, element = '', dimensions = ''] = /^(.*?)((?:\[\])*)$/.exec(name) ?? [];
  return replaceAll(element, ofClasses) + dimensions;
}

function replaceAll(name: string, folds: readonly Fold[]): string {
  return folds.reduce((folded, [part, instead]) => folded.replace(part, instead), name);
}

/** The end of a class's name says more than its package. */
function shorten(name: string): string {
  return name.length <= longestLabel ? name : `…${name.slice(1 - longestLabel)}`;
}
