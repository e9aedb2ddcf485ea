/**
 * What a protocol above TCP or UDP says of itself: its name, and how its payloads are known. Content decides first, since ports lie; a port decides only
 * between contents that are equally likely. Its file is loaded at every start of the program and of an index worker, so it imports neither readers of headers
 * nor tables of names; those stand in a file beside it (dns-layer.ts), which a list of the registry names.
 */

/** How surely a payload is of a protocol, judged by its bytes alone. */
export enum Likeness {
  no = 0,
  /** Fits, as much else would: true only on one of the protocol's ports. */
  perhaps = 1,
  /** Noise or another protocol would hardly look so (less than one in 2^24): true on every port. */
  sure = 2,
}

/**
 * Judges the payload captured at bytes[start, end), which was `wireLength` bytes long when sent; start < end. Runs in the index pass: no allocation, no
 * exception, no read outside [start, end), a few dozen bytes looked at, none but its own.
 */
export type Recognizer = (bytes: Uint8Array, start: number, end: number, wireLength: number) => Likeness;

/** The protocol over one transport. */
export interface Carriage {
  /** Ports registered or customary for it, of the serving side. */
  ports: readonly number[];
  /** First bytes of its payloads, where few are possible: payloads beginning otherwise are not shown to `recognize`. */
  leads?: readonly number[];
  recognize: Recognizer;
}

/** A protocol above TCP or UDP. */
export interface Application {
  /** As in Wireshark's frame.protocols: dns, tls, http… */
  name: string;
  /** For people: "DNS". */
  title: string;
  /** "RFC 1035". */
  specification: string;
  tcp?: Carriage;
  udp?: Carriage;
}
