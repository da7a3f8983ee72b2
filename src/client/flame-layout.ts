import { type HierarchyRectangularNode, hierarchy, partition } from 'd3-hierarchy';
import type { StackTree } from '../model/stack-tree.ts';

export interface Call {
  name: string;
  /** Of the frame and of all that it calls. */
  bytes: number;
  callees: Call[];
}

export type Frame = HierarchyRectangularNode<Call>;

/** A frame as it is drawn: shares of the whole width. */
export interface Box {
  frame: Frame;
  left: number;
  width: number;
}

/** The stacks under one root, each frame as wide as its bytes. */
export function placeFrames({ frames, nodes }: StackTree): Frame {
  const root: Call = { name: 'all', bytes: 0, callees: [] };
  const calls: Call[] = [];
  for (const { frame, caller, bytes } of nodes) {
    const call: Call = { name: frames[frame] ?? '', bytes, callees: [] };
    calls.push(call);
    const parent = caller === undefined ? root : calls[caller];
    parent?.callees.push(call);
    if (parent === root) root.bytes += bytes;
  }
  const tree = hierarchy(root, ({ callees }) => callees).sum(({ bytes, callees }) => Math.max(0, bytes - sumOf(callees)));
  return partition<Call>()(tree);
}

function sumOf(calls: readonly Call[]): number {
  return calls.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** With one frame as wide as the graph: its callers above it, what it calls below, and nothing beside; none narrower than `leastShare`. */
export function boxesAround(focus: Frame, leastShare: number): Box[] {
  const scale = 1 / (focus.x1 - focus.x0 || 1);
  const callers = focus
    .ancestors()
    .slice(1)
    .map((frame) => ({ frame, left: 0, width: 1 }));
  const own = focus
    .descendants()
    .map((frame) => ({ frame, left: (frame.x0 - focus.x0) * scale, width: (frame.x1 - frame.x0) * scale }));
  return [...callers.reverse(), ...own.filter(({ width }) => width >= leastShare)];
}

/** Frames whose name has a text in it, and the bytes of the stacks that have one of them. */
export function findFrames(root: Frame, text: string): { found: Set<Frame>; bytes: number } {
  const found = new Set<Frame>();
  const wanted = text.toLowerCase();
  if (wanted === '') return { found, bytes: 0 };
  let bytes = 0;
  const within = new Set<Frame>();
  // Callers come before their callees.
  for (const frame of root) {
    const isInner = frame.parent !== null && within.has(frame.parent);
    const matches = frame !== root && frame.data.name.toLowerCase().includes(wanted);
    if (matches) found.add(frame);
    if (matches && !isInner) bytes += frame.data.bytes;
    if (matches || isInner) within.add(frame);
  }
  return { found, bytes };
}
