import { requireWritable, writeWhole } from '../../process/whole-file.ts';
import type { RenderOptions } from '../../reporters/render-options.ts';
import type { PrintOptions } from '../options/print-options.ts';
import { loadReportAssets } from './report-assets.ts';
import { inLocale, terminalOptions } from './terminal.ts';

/** Before the work: that the file of --output can be written after it. */
export async function requireOutput(output: string | undefined): Promise<void> {
  if (output !== undefined) await requireWritable(output);
}

/** To the file of --output, or to stdout. What was measured goes there as well when its file cannot be written. @throws OffheapError WRITE_FAILED all the same */
export async function writeOutput(text: string, { output, format }: Pick<PrintOptions, 'output' | 'format'>): Promise<void> {
  const print = () => void process.stdout.write(format === 'table' ? inLocale(text) : text);
  try {
    if (output !== undefined) await writeWhole(output, text);
  } catch (error) {
    print();
    throw error;
  }
  if (output === undefined) print();
}

export function renderOptions(options: Pick<PrintOptions, 'output' | 'color'>): RenderOptions {
  return { ...terminalOptions(options), assets: loadReportAssets };
}
