import type { Damage } from './model.js';

/** Damages kept in detail; the rest is counted. */
const DETAILED_DAMAGES = 1000;

/** The damages of one reading. */
export interface DamageLog {
  readonly list: Damage[];
  /** All damages, those beyond the detailed ones included. */
  total: number;
}

export function createDamageLog(): DamageLog {
  return { list: [], total: 0 };
}

/** `reason` is asked for only when the damage is kept in detail, so that hostile files cannot make sentences the main work. */
export function logDamage(log: DamageLog, packet: number, offset: number, skipped: number, reason: () => string): void {
  log.total++;
  if (log.list.length < DETAILED_DAMAGES) log.list.push({ packet, offset, reason: reason(), skipped });
}
