/** One flow, as both sides name it. */
export interface FlowHint {
  /** File, transport and both ends. */
  flow: string;
  /** "tcpdump/dns.pcap#1": its first packet. */
  first: string;
  theirs: string;
  ours: string | null;
  /** tshark says of every packet it named that it is not a whole message of that protocol. */
  isMalformed: boolean;
}

/** Flows that tshark's name says nothing about. */
export interface HintExclusion {
  what: string;
  reason: string;
  is: (hint: FlowHint) => boolean;
}

export const HINT_EXCLUSIONS: readonly HintExclusion[] = [];
