import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../native/preloaded.ts';
import { root } from './consumer.ts';
import { countLinks, deadLinks, pagesOf } from './pages.ts';

test('every link of the checkout’s pages leads to something', () => {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  expect(countLinks(root, pages)).toBeGreaterThan(50);
  expect(deadLinks(root, pages)).toEqual([]);
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
