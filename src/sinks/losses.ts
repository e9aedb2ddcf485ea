import { PcapshError } from '../errors.js';

/**
 * What a target cannot hold of what is written to it. The wordings that name nothing of one capture are counted, so that a million packets make
 * one sentence. `consent`: the source has it, so losing it needs `--allow-loss`; the others are told only (section 4 of the pcapng specification
 * asks writers to drop what may not be copied; a packet without a time has none to lose).
 */
export interface LossTally {
  /** Adds `amount` of something that reads "1 comment" or "2 comments". */
  count(singular: string, plural: string, amount?: number): void;
  /** Adds a sentence, once however often it is given. */
  say(sentence: string): void;
  /** As `count`, for what needs no consent. */
  countTold(singular: string, plural: string, amount?: number): void;
  /** One lower-case sentence each, in the order in which they were first met. */
  sentences(): string[];
  /** Only those that need consent. */
  needingConsent(): string[];
}

/** What becomes of packets that have no time, where every packet must have one. */
export const UNTIMED = [
  'packet without a time, which gets time 0',
  'packets without a time, which get time 0',
] as const;

interface Entry {
  singular: string;
  plural: string;
  amount: number;
  consent: boolean;
}

/** A tally that has counted nothing. */
export function createLossTally(): LossTally {
  const entries = new Map<string, Entry>();
  function add(singular: string, plural: string, amount: number, consent: boolean): void {
    const entry = entries.get(singular);
    if (entry === undefined) entries.set(singular, { singular, plural, amount, consent });
    else entry.amount += amount;
  }
  const render = (entry: Entry): string => {
    if (entry.amount === 0) return entry.singular;
    return entry.amount === 1 ? `1 ${entry.singular}` : `${entry.amount} ${entry.plural}`;
  };
  return {
    count: (singular, plural, amount = 1) => {
      if (amount > 0) add(singular, plural, amount, true);
    },
    say: (sentence) => add(sentence, sentence, 0, true),
    countTold: (singular, plural, amount = 1) => {
      if (amount > 0) add(singular, plural, amount, false);
    },
    sentences: () => [...entries.values()].map(render),
    needingConsent: () => [...entries.values()].filter((entry) => entry.consent).map(render),
  };
}

/** The error that lists what would be lost; `remedy` is what else can be done than to allow it. */
export function lossError(target: string, sentences: readonly string[], format: string): PcapshError {
  const remedy = format === 'pcap' ? 'write a .pcapng, or give --allow-loss' : 'give --allow-loss';
  return new PcapshError('loss', `${format} cannot hold ${sentences.join('; ')}: '${target}' is not written`, {
    hint: remedy,
  });
}
