export const hostileTargets: readonly { readonly name: string; readonly hostileBy: string }[];
