export interface JsonField {
  path: string;
  name: string;
  schema: { description?: string; const?: unknown; type?: string };
}
export declare function fieldsOf(schema: object): Generator<JsonField>;
