import type { ResultFile } from '../model/result.ts';
import { startChart } from './controls.ts';
import { startCopying } from './copy.ts';
import { curvesOf } from './curves.ts';
import { startDownloads } from './downloads.ts';
import { startFlameGraphs } from './flame-graph.ts';
import { startPartsMaps } from './parts-map.ts';
import { startTheme } from './theme.ts';

const area = document.getElementById('chart-area');
const result = document.getElementById('offheap-result')?.textContent;
const chart = area && result ? startChart(area, curvesOf(JSON.parse(result) as ResultFile)) : undefined;
startTheme(() => chart?.repaint());
startPartsMaps();
startFlameGraphs();
startCopying();
startDownloads();
