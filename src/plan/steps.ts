/**
 * A plan: what a handle means, as plain JSON. It can be saved, compared, hashed, cached by prefix and run elsewhere. Immutable: each stage wraps its input.
 */
export type Plan =
  | { readonly step: 'load'; readonly files: readonly string[] }
  | { readonly step: 'filter'; readonly input: Plan; readonly expression: string }
  | { readonly step: 'head'; readonly input: Plan; readonly count: number }
  | { readonly step: 'tail'; readonly input: Plan; readonly count: number }
  | { readonly step: 'nth'; readonly input: Plan; readonly position: number };
