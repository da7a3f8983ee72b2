import type { ResultFile } from '../model/result.ts';
import { startChart } from './controls.ts';
import { curvesOf } from './curves.ts';
import { startDownloads } from './downloads.ts';
import { startTheme } from './theme.ts';

const area = document.getElementById('chart-area');
const result = document.getElementById('offheap-result')?.textContent;
const chart = area && result ? startChart(area, curvesOf(JSON.parse(result) as ResultFile)) : undefined;
startTheme(() => chart?.repaint());
startDownloads();
