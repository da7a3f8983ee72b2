import type { OwnersResult } from '../../model/owners.ts';
import { toolVersion } from '../../process/tool-version.ts';
import type { OwnersFormat } from '../../reporters/formats.ts';
import { renderOwnersHtml } from '../../reporters/html/owners-page.ts';
import { renderOwnersTable } from '../../reporters/owners-table.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { toJson } from './json.ts';
import { renderOptions, writeOutput } from './output.ts';

/** `top`: how many owners a table lists. */
export async function printOwners(result: OwnersResult, top: number, options: PrintOptions<OwnersFormat>): Promise<void> {
  await writeOutput(render(result, top, options), options);
}

function render(result: OwnersResult, top: number, options: PrintOptions<OwnersFormat>): string {
  const rendering = { ...renderOptions(options), top };
  switch (options.format) {
    case 'json':
      return toJson(result);
    case 'html':
      return renderOwnersHtml(result, { ...rendering, tool: { name: 'offheap', version: toolVersion } });
    default:
      return renderOwnersTable(result, rendering);
  }
}
