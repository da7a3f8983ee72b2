import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens whatever the page has folded away, and asserts that axe finds nothing serious. The page's content security policy has to be bypassed. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3) }))).toEqual([]);
}
