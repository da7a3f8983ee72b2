export interface Export {
  name: string;
  isType: boolean;
  doc: string;
}
export declare function renderApiPage(root: string): { page: string; exported: Export[] };
