import type { OwnerKind } from '../model/owners.ts';
import type { PartKind } from './rss-parts.ts';

/** What a node of a map is, for its colour. */
export type MapKind = PartKind | `owner-${OwnerKind}`;

/** A part of a whole, as a map draws it. */
export interface MapNode {
  name: string;
  kind: MapKind;
  bytes: number;
  /** What it is made of, the largest first; absent where that is not known. */
  parts?: MapNode[];
  /** What is said of it where it is open; a line that is indented is code. */
  notes?: string[];
}
