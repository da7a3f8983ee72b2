import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { must, root, run } from './consumer.ts';
import { countLinks, deadLinks, pagesOf } from './pages.ts';

test('every link of the checkout’s pages leads to something', () => {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  expect(countLinks(root, pages)).toBeGreaterThan(50);
  expect(deadLinks(root, pages)).toEqual([]);
});

test('every link of a page that is packed leads to something that is packed', () => {
  const [{ files }] = JSON.parse(must(run(root, 'npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])));
  const folder = temporaryFolder();
  const packed: string[] = files.map(({ path }: { path: string }) => path);
  for (const path of packed) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path.endsWith('.md') ? readFileSync(join(root, path)) : '');
  }
  const pages = pagesOf(folder);
  expect(pages.sort()).toEqual(packed.filter((path) => path.endsWith('.md')).sort());
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/api.md', 'native/README.md']));
  expect(countLinks(folder, pages)).toBeGreaterThan(50);
  expect(deadLinks(folder, pages)).toEqual([]);
});

test('a dead link is found: a file that is missing, one outside, an anchor that no heading has', () => {
  const folder = temporaryFolder();
  const links = ['gone.md', '../outside.md', '#no-such', 'page.md#a-heading-1', '#a-heading', 'page.md', 'https://example.org/x'];
  const headings = '# A heading\n\n## `A` *heading*\n\n```\n# no-such\n[code](code.md)\n```\n';
  writeFileSync(
    join(folder, 'page.md'),
    `${headings}\n${links.map((link) => `| [it](${link}) |`).join('\n')}\n\n![image](image.svg)\n`,
  );
  expect(pagesOf(folder)).toEqual(['page.md']);
  expect(deadLinks(folder, ['page.md'])).toEqual(
    ['gone.md', '../outside.md', '#no-such', 'image.svg'].map((link) => `page.md: ${link}`),
  );
});
