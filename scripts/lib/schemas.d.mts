export declare function renderSchemas(root: string): Map<string, string>;
