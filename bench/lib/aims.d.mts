export function renderAims(page: string): string;
