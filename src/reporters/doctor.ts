import type { DoctorResult } from '../model/doctor.ts';
import { toPrintableJson } from '../model/printable.ts';
import { renderDoctorMarkdown } from './doctor-markdown.ts';
import { renderDoctorTable } from './doctor-table.ts';
import type { DoctorFormat } from './formats.ts';
import { renderDoctorHtml } from './html/doctor-page.ts';
import type { RenderOptions } from './render-options.ts';

export const doctorReporters = {
  table: renderDoctorTable,
  json: (result) => `${toPrintableJson(result, 2)}\n`,
  markdown: renderDoctorMarkdown,
  html: (result, options) => renderDoctorHtml(result, options),
} satisfies Record<DoctorFormat, (result: DoctorResult, options: RenderOptions) => string>;
