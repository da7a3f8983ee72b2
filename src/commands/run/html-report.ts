import { readFile } from 'node:fs/promises';
import { doctorFile } from '../../model/doctor-file.ts';
import { OffheapError } from '../../model/errors.ts';
import { resultFile } from '../../model/result.ts';
import { readableVersions } from '../../model/result-versions.ts';
import { quote } from '../../model/units.ts';
import { renderDoctorHtml } from '../../reporters/html/doctor-page.ts';
import { renderHtml } from '../../reporters/html/result-page.ts';
import { loadReportAssets } from './report-assets.ts';

/** The page of a result of any kind. */
export function renderReport(json: unknown, input: string): string {
  const result = resultFile.safeParse(json);
  if (result.success) return renderHtml(result.data, { assets: loadReportAssets });
  const doctor = doctorFile.safeParse(json);
  if (doctor.success) return renderDoctorHtml(doctor.data, { assets: loadReportAssets }, json);
  const { error } = isObject(json) && 'evidence' in json ? doctor : result;
  const first = error.issues[0];
  const where = first && first.path.length > 0 ? `at ${first.path.join('.')}: ` : '';
  throw new OffheapError(
    'INVALID_FILE',
    `Expected a result of offheap ${supported(json)}, but ${quote(input)} is none (${where}${first?.message ?? 'not an object'}). Make one by: offheap repro --format=json --output=result.json`,
  );
}

function supported(json: unknown): string {
  const version = isObject(json) ? json['schemaVersion'] : undefined;
  const isUnknown = typeof version === 'number' && !(readableVersions as readonly number[]).includes(version);
  return isUnknown ? `in schema version ${readableVersions.join(' or ')}, not ${version}` : 'as JSON';
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new OffheapError('MISSING_FILE', `Expected a result file, but ${quote(path)} cannot be read: ${error.message}.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new OffheapError(
      'INVALID_FILE',
      `Expected a result of offheap as JSON, but ${quote(path)} is no JSON. Make one by: offheap repro --format=json --output=result.json`,
    );
  }
}
