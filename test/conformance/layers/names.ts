import type { FieldRow } from './row.js';

export const FIELDS: FieldRow[] = [];
