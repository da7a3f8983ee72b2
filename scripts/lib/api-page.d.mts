export interface Export {
  name: string;
  isType: boolean;
  doc: string;
}
export declare function renderApiPage(root: string): string;
export declare function readExports(root: string): Export[];
