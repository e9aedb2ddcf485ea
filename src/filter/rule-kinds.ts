/** The kinds of structured rules, in the order in which help lists them. Their keys in the library; as flags they are written with dashes. */
export const ruleKinds = [
  'proto',
  'srcIp',
  'dstIp',
  'ip',
  'srcPort',
  'dstPort',
  'port',
  'flowId',
  'from',
  'to',
  'tcpFlags',
  'minLen',
  'maxLen',
  'minFlowPackets',
  'app',
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** `--not-src-ip` of `notSrcIp`. */
export function ruleFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The values of a list with commas, and where each begins. */
export function splitValues(text: string): { text: string; at: number }[] {
  const values: { text: string; at: number }[] = [];
  let at = 0;
  for (const part of text.split(',')) {
    const lead = part.length - part.trimStart().length;
    values.push({ text: part.trim(), at: at + lead });
    at += part.length + 1;
  }
  return values;
}
