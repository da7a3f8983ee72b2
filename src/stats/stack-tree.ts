import type { StackTree } from '../model/stack-tree.ts';

/** Narrower than a pixel in any window: such frames, and what they call, are left out. */
const smallestShare = 0.001;
/** With the share above there are rarely more, and a page of this many frames is drawn at once. */
const mostNodes = 5000;

export interface WeighedStack {
  /** The outermost first. */
  frames: readonly string[];
  bytes: number;
}

interface Node {
  name: string;
  bytes: number;
  callees: Map<string, Node>;
}

/** Stacks as one tree, callees largest first. What is too small to be seen is left out, and stays in the bytes of its callers. */
export function toStackTree(stacks: readonly WeighedStack[]): StackTree {
  const root: Node = { name: '', bytes: 0, callees: new Map() };
  for (const { frames, bytes } of stacks) {
    root.bytes += bytes;
    let node = root;
    for (const name of frames) node = addTo(node, name, bytes);
  }
  return flatten(root, smallestShare * root.bytes);
}

function addTo({ callees }: Node, name: string, bytes: number): Node {
  const callee = callees.get(name) ?? { name, bytes: 0, callees: new Map() };
  callees.set(name, callee);
  callee.bytes += bytes;
  return callee;
}

/** Level by level, so that a tree with too many nodes loses its innermost frames. */
function flatten(root: Node, leastBytes: number): StackTree {
  const frames = new Map<string, number>();
  const nodes: StackTree['nodes'] = [];
  let level: { node: Node; caller?: number }[] = [{ node: root }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { node, caller } of level) {
      const large = [...node.callees.values()].filter(({ bytes }) => bytes > 0 && bytes >= leastBytes);
      for (const callee of large.sort((a, b) => b.bytes - a.bytes).slice(0, mostNodes - nodes.length)) {
        const frame = frames.get(callee.name) ?? frames.size;
        frames.set(callee.name, frame);
        next.push({ node: callee, caller: nodes.length });
        nodes.push({ frame, ...(caller === undefined ? {} : { caller }), bytes: callee.bytes });
      }
    }
    level = next;
  }
  return { frames: [...frames.keys()], nodes };
}
