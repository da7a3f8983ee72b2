import { join } from 'node:path';
import { OffheapError } from '../../model/errors.ts';
import { readPackageText } from '../../process/package-text.ts';
import { buildCure, packageRoot } from '../../process/paths.ts';
import type { ReportAssets } from '../../reporters/html/page.ts';

/** What scripts/build-client.mjs has bundled. */
const folder = 'dist/client';

/** Script, style and licences of the HTML report. */
export function loadReportAssets(): ReportAssets {
  return { script: read('report.js'), style: read('report.css'), licences: read('LICENSES.txt') };
}

function read(name: string): string {
  try {
    return readPackageText(`${folder}/${name}`);
  } catch {
    throw new OffheapError(
      'MISSING_FILE',
      `Expected the parts of the HTML report, but ${join(packageRoot, folder, name)} cannot be read. ${buildCure('build:ts')}`,
    );
  }
}
