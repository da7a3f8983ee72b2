import type { LaunchOptions } from 'playwright-core';

export function browserOptions(root: string): LaunchOptions | undefined;
