/** What of the JVM without a limit is kept at each limit: its collector, or its largest heap as well. */
export const pins = ['collector', 'all'] as const;
export type Pin = (typeof pins)[number];
