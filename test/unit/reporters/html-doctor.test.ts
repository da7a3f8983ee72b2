import { expect, test } from 'vitest';
import { doctorFile } from '../../../src/model/doctor-file.ts';
import { renderDoctorHtml } from '../../../src/reporters/html/doctor-page.ts';
import { doctorResultOf } from '../../fixtures/doctor.ts';

const assets = () => ({ script: '', style: '', licences: '' });
const render = (changes = {}) => renderDoctorHtml(doctorResultOf(changes), { assets });

test('a result of the doctor is what its schema reads', () => {
  const result = doctorResultOf();
  expect(doctorFile.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test('findings: problems first, with lines to paste and what the first fix gives back', () => {
  const page = render();
  expect([...page.matchAll(/<h3>([\w-]+) <span/g)].map(([, code]) => code)).toEqual(['retained-pages', 'near-limit']);
  expect(page).toContain('<p>Trim now. <span class="parts">gives back about 400 MiB at once</span></p>');
  expect(page).toContain('<code>jcmd 4711 System.trim_native_heap</code>');
  expect(page).toContain(
    '<code>export MALLOC_ARENA_MAX=2\nexport JAVA_TOOL_OPTIONS=&#39;-XX:TrimNativeHeapInterval=5000 -Da=b c&#39;</code>',
  );
});

test('the parts of RSS, largest first', () => {
  const kinds = [...render().matchAll(/<th scope="row">([\w ]+)<\/th><td><b>([\d,]+)/g)].map(([, kind, mib]) => `${kind} ${mib}`);
  expect(kinds).toEqual(['glibc arenas 416', 'java heap 384', 'unexplained 100']);
});

test('what was tried, and what came of it', () => {
  expect(render()).toContain('<th scope="row">trim</th><td>900</td><td>504</td><td>400</td><td>396</td><td>0.4 %</td>');
  expect(render({ applied: [] })).not.toContain('id="applied"');
});

test('what could not be looked at, with its cure', () => {
  expect(render()).toContain('NMT: it is switched off <code>-XX:NativeMemoryTracking=summary</code>');
});

test('arenas only where the heaps were walked', () => {
  expect(render()).not.toContain('id="arenas"');
});

test('texts of the process are escaped', () => {
  const page = render({ verdict: '</script><img src=x onerror=alert(1)>' });
  expect(page).not.toContain('<img');
});
