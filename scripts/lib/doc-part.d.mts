export function readPart(name: string, page?: string): string;
export function writePart(name: string, text: string, page?: string): void;
