/** A field of a header: named as its specification names it. Offsets are bytes from the start of the frame, end exclusive. */
export interface Field {
  name: string;
  /** A number, from 2^53 a decimal string, bytes as hex, or text. */
  value: number | string | boolean | null;
  /** The value in words, for people. Never holds raw bytes of the packet: control characters are escaped by whoever made it. */
  text: string;
  start: number;
  end: number;
  fields?: Field[];
}

/** A header of a packet. */
export interface Layer {
  /** As in Wireshark's frame.protocols: eth, ip, tcp… */
  name: string;
  /** For people: "IPv4". */
  title: string;
  /** One line: "10.0.0.1 → 10.0.0.2 ttl 64". */
  summary: string;
  start: number;
  end: number;
  fields: Field[];
  /** What is wrong with it: "IPv4 header: 20 bytes required, 12 available, at byte 14". */
  problem: string | null;
}
