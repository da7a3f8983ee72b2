import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import Slugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';

interface Node {
  type: string;
  url?: string;
  value?: string;
  children?: Node[];
}

/** What a relative link of a page points to that is not in the folder, as `PAGE: LINK`. Headings count by the names that GitHub gives them. */
export function deadLinks(root: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) =>
    readPage(join(root, page))
      .links.filter((link) => !/^[a-z]+:/i.test(link) && !isThere(root, join(root, page), link))
      .map((link) => `${page}: ${link}`),
  );
}

/** Every page in a folder, by its path in it. */
export function pagesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
}

/** How many links there are to check. */
export function countLinks(root: string, pages: readonly string[]): number {
  return pages.flatMap((page) => readPage(join(root, page)).links).length;
}

function isThere(root: string, page: string, link: string): boolean {
  const [path = '', anchor] = decodeURIComponent(link).split('#', 2);
  const target = path === '' ? page : resolve(dirname(page), path);
  if (relative(root, target).startsWith('..') || !existsSync(target)) return false;
  return anchor === undefined || (target.endsWith('.md') && readPage(target).anchors.has(anchor));
}

/** By their text: each is asked for once for every link that leads to it. */
const known = new Map<string, { links: string[]; anchors: Set<string> }>();

function readPage(page: string): { links: string[]; anchors: Set<string> } {
  const text = readFileSync(page, 'utf8');
  const read = known.get(text) ?? parse(text);
  known.set(text, read);
  return read;
}

function parse(text: string): { links: string[]; anchors: Set<string> } {
  const tree: Node = fromMarkdown(text);
  const slugger = new Slugger();
  const headings = collect(tree, ({ type }) => type === 'heading');
  return { links: linksOf(tree), anchors: new Set(headings.map((heading) => slugger.slug(textOf(heading)))) };
}

function linksOf(tree: Node): string[] {
  return collect(tree, ({ url }) => url !== undefined).map(({ url = '' }) => url);
}

function collect(node: Node, wanted: (node: Node) => boolean): Node[] {
  return [...(wanted(node) ? [node] : []), ...(node.children ?? []).flatMap((child) => collect(child, wanted))];
}

function textOf({ value = '', children = [] }: Node): string {
  return value + children.map(textOf).join('');
}
