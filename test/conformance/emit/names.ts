import type { EmitRow } from './row.js';

export const EMITS: EmitRow[] = [];
