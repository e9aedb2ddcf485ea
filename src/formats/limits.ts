/** Captured lengths up to this are plausible whatever the file says of its snapshot length (libpcap's MAXIMUM_SNAPLEN). */
export const STANDARD_PACKET_LIMIT = 262_144;
/** No packet is longer: what libpcap allows for D-Bus, EBHSCR and USBPcap. */
const LARGEST_PACKET_LIMIT = 128 * 1024 * 1024;

const LARGE_LINK_TYPES: ReadonlySet<number> = new Set([
  231, // DBUS
  249, // USBPCAP
  279, // EBHSCR
]);

/** Largest captured length, in bytes, that is believed of a link type under a snapshot length (0: none told). */
export function packetLimit(linkType: number, snapLength: number): number {
  if (LARGE_LINK_TYPES.has(linkType)) return LARGEST_PACKET_LIMIT;
  return Math.min(Math.max(STANDARD_PACKET_LIMIT, snapLength), LARGEST_PACKET_LIMIT);
}
