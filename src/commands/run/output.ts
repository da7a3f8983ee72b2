import { requireWritable, writeWhole } from '../../process/whole-file.ts';
import type { RenderOptions } from '../../reporters/render-options.ts';
import { loadReportAssets } from './report-assets.ts';
import { terminalWidth } from './terminal.ts';

/** Before the work: that the file of --output can be written after it. */
export async function requireOutput(output: string | undefined): Promise<void> {
  if (output !== undefined) await requireWritable(output);
}

/** To the file of --output, or to stdout. What was measured goes there as well when its file cannot be written. @throws OffheapError WRITE_FAILED all the same */
export async function writeOutput(text: string, output: string | undefined): Promise<void> {
  try {
    if (output !== undefined) await writeWhole(output, text);
  } catch (error) {
    process.stdout.write(text);
    throw error;
  }
  if (output === undefined) process.stdout.write(text);
}

/** Colours are for a person at a terminal. */
export function renderOptions(output: string | undefined): RenderOptions {
  const toTerminal = output === undefined && process.stdout.isTTY === true;
  return { color: toTerminal && !process.env['NO_COLOR'], width: terminalWidth(), assets: loadReportAssets };
}
