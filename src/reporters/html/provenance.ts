import type { Cell, Provenance, ResultFile } from '../../model/result.ts';
import { formatMiB } from '../../model/units.ts';
import { colorIndex, configurationKeys } from './configurations.ts';
import { type Fragment, html, type Markup } from './markup.ts';

/** Per configuration: what was asked for, and what was seen in the running process. */
export function renderProvenance(result: ResultFile): Markup {
  return html`<p>What proves that each configuration was in force in the process that was measured.</p>
${configurationKeys(result).map((key) => {
  const cells = result.cells.filter((cell) => cell.configuration === key);
  const cell = cells.find(({ state }) => state === 'ok') ?? cells[0];
  return cell && renderConfiguration(result, cell, [...new Set(cells.flatMap(({ notes }) => notes))]);
})}`;
}

function renderConfiguration(result: ResultFile, cell: Cell, notes: readonly string[]): Markup {
  const { provenance, settings } = cell;
  return html`<details><summary><span class="swatch s${colorIndex(result, cell.configuration)}"></span>${cell.configuration} ${badge(cell)}</summary>
${definitions([
  ['asked for', lines([...assignments(settings.env), ...settings.jvmFlags])],
  ...(provenance ? seen(provenance) : []),
  ['command', cell.command && html`<code class="long">${cell.command.join(' ')}</code>`],
  ['notes', lines(notes)],
  ['reason', cell.reason],
])}</details>\n`;
}

function badge({ state, provenance }: Cell): Markup {
  if (state !== 'ok') return html`<span class="badge bad">${state}</span>`;
  if (!provenance) return html`<span class="badge">not checked</span>`;
  return provenance.verified ? html`<span class="badge good">verified</span>` : html`<span class="badge bad">not verified</span>`;
}

function seen(provenance: Provenance): [string, Fragment][] {
  const version = provenance.allocatorVersion === undefined ? '' : ` (${provenance.allocatorVersion})`;
  return [
    ['library mapped', html`<code>${provenance.allocatorLibrary}</code>${version}`],
    ['preloaded', lines(provenance.preloaded)],
    ['environment seen', lines(assignments(provenance.environment))],
    ['read back', lines(assignments(provenance.readBack))],
    ['flags of the JVM', lines(provenance.jvmFlags)],
    ['problems', lines(provenance.problems)],
  ];
}

function assignments(record: Readonly<Record<string, string>>): string[] {
  return Object.entries(record).map(([name, value]) => `${name}=${value}`);
}

function lines(list: readonly string[]): Fragment {
  return list.length > 0 && list.map((line) => html`<code>${line}</code><br>`);
}

/** Terms without a value are left out. */
export function definitions(entries: readonly (readonly [string, Fragment])[]): Markup {
  const told = entries.filter(([, value]) => value !== undefined && value !== false && value !== '');
  return html`<dl>${told.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function renderHost({ host, startedAt, seed, tool }: ResultFile): Markup {
  const { cgroup, jdk } = host;
  return definitions([
    ['kernel', `Linux ${host.kernel}`],
    ['C library', host.libc],
    ['CPUs', host.cpus],
    ['memory', `${formatMiB(host.memoryBytes)} MiB`],
    ['JDK', jdk && `${jdk.version}, ${jdk.vendor}`],
    ['JAVA_HOME', jdk && html`<code>${jdk.home}</code>`],
    [
      'cgroup',
      cgroup &&
        `version ${cgroup.version}, ${cgroup.limitBytes === undefined ? 'no limit' : `limit ${formatMiB(cgroup.limitBytes)} MiB`}`,
    ],
    ['transparent huge pages', host.transparentHugePages],
    ['vm.max_map_count', host.maxMapCount],
    ['started', startedAt],
    ['seed of the order', seed],
    ['measured by', `${tool.name} ${tool.version}`],
  ]);
}
