import { formatMiB } from '../model/units.ts';
import { type Curve, levelAt } from './curves.ts';

interface Row {
  name: string;
  color: string;
  element: HTMLTableRowElement;
  checkbox: HTMLInputElement;
  rss: HTMLTableCellElement;
  live: HTMLTableCellElement;
}

/** The table under the chart: which configurations are drawn, and their values at the cursor. */
export class Legend {
  readonly rows: Row[];
  #picked = -1;

  constructor(onChange: () => void, onPick: () => void) {
    this.rows = [...document.querySelectorAll<HTMLTableRowElement>('tr[data-configuration]')].map(rowOf);
    this.rows.forEach((row, index) => {
      row.checkbox.addEventListener('change', onChange);
      const point = (picked: number) => () => {
        this.pick(picked);
        onPick();
      };
      row.element.addEventListener('mouseenter', point(index));
      row.element.addEventListener('mouseleave', point(-1));
    });
  }

  isShown(configuration: string): boolean {
    return this.rows.some(({ name, checkbox }) => name === configuration && checkbox.checked);
  }

  colorOf(configuration: string): string {
    return `--series-${this.rows.find(({ name }) => name === configuration)?.color ?? '0'}`;
  }

  /** The configuration in the foreground; undefined when none is. */
  get picked(): string | undefined {
    return this.rows[this.#picked]?.name;
  }

  pick(index: number): void {
    this.#picked = index;
    this.rows.forEach(({ element }, row) => {
      element.classList.toggle('picked', row === index);
    });
  }

  pickNamed(name: string | undefined): void {
    this.pick(this.rows.findIndex((row) => row.name === name));
  }

  /** The next shown one in a direction, or none after the last. */
  step(by: 1 | -1): void {
    const shown = this.rows.flatMap(({ checkbox }, index) => (checkbox.checked ? index : []));
    const position = shown.indexOf(this.#picked);
    const next = position === -1 && by === -1 ? shown.length - 1 : position + by;
    this.pick(shown[next] ?? -1);
  }

  /** `timeOf` tells the time of a curve's own process under the cursor. */
  showValues(curves: readonly Curve[], timeOf: (curve: Curve) => number | undefined): void {
    for (const { name, rss, live } of this.rows) {
      const curve = curves.find(({ configuration, representative }) => configuration === name && representative);
      const at = curve && timeOf(curve);
      const text = (levels: Curve['liveBytes']) => {
        const level = curve && at !== undefined ? levelAt(curve, levels, at) : undefined;
        return level === undefined ? '–' : formatMiB(level);
      };
      rss.textContent = text(curve?.rssBytes);
      live.textContent = text(curve?.liveBytes);
    }
  }

  /** What a screen reader is told when the cursor moves by keyboard: the picked configuration, or all of them. */
  describe(): string {
    return this.rows
      .filter(({ name, checkbox }) => checkbox.checked && (this.picked === undefined || this.picked === name))
      .map(({ name, rss, live }) => `${name}: RSS ${rss.textContent}, live ${live.textContent}`)
      .join('; ');
  }
}

function rowOf(element: HTMLTableRowElement): Row {
  const [rss, live] = element.querySelectorAll('td');
  const checkbox = element.querySelector('input');
  if (!rss || !live || !checkbox) throw new Error('the legend of the report has a row without its cells');
  const { name = '', color = '0' } = element.dataset;
  return { name, color, element, checkbox, rss, live };
}
