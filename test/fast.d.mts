export declare const fast: { projects: readonly string[]; files: readonly string[] };
