import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import type { MapNode } from '../stats/map-node.ts';

/** A part as it is drawn: `level` 1 is a part of what is shown, 2 a part of that part. */
export interface Tile {
  node: MapNode;
  level: 1 | 2;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** More cannot be told from one another; the others become one part, which opens. */
const mostParts = 24;
const gapPx = 2;
/** Of a part's own name, above its parts. */
const titlePx = 20;

interface Weighed {
  node: MapNode;
  /** Of the area, of a part without parts. */
  weight: number;
  parts: Weighed[];
}

/** The parts of a node, and theirs, within a rectangle. */
export function layOut(focus: MapNode, widthPx: number, heightPx: number): Tile[] {
  const layout = treemap<Weighed>()
    .size([widthPx, heightPx])
    .paddingInner(gapPx)
    .paddingOuter(({ depth }) => (depth === 1 ? gapPx : 0))
    .paddingTop(({ depth }) => (depth === 1 ? titlePx : 0))
    .round(true);
  const root = layout(hierarchy(weigh(focus, 1, 2), ({ parts }) => parts).sum(({ weight }) => weight));
  return root.descendants().flatMap((placed) => toTile(placed));
}

function toTile({ data, depth, x0, y0, x1, y1 }: HierarchyRectangularNode<Weighed>): Tile[] {
  if (depth !== 1 && depth !== 2) return [];
  return [{ node: data.node, level: depth, left: x0, top: y0, width: x1 - x0, height: y1 - y0 }];
}

/** Parts share the area of their whole, whatever they sum up to. */
function weigh(node: MapNode, weight: number, levels: number): Weighed {
  const parts = levels > 0 ? shownParts(node) : [];
  if (parts.length === 0) return { node, weight, parts: [] };
  const sum = parts.reduce((total, { bytes }) => total + bytes, 0) || 1;
  return { node, weight: 0, parts: parts.map((part) => weigh(part, (weight * part.bytes) / sum, levels - 1)) };
}

export function shownParts({ parts = [] }: MapNode): MapNode[] {
  if (parts.length <= mostParts) return parts;
  const [shown, small] = [parts.slice(0, mostParts - 1), parts.slice(mostParts - 1)];
  const bytes = small.reduce((sum, part) => sum + part.bytes, 0);
  return [...shown, { name: `${small.length} smaller parts`, kind: small[0]?.kind ?? 'other', bytes, parts: small }];
}
