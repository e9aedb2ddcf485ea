/** How a packet is wrapped up to its layer 3: one row of the encapsulation dictionary. */
export interface Encapsulation {
  linkType: number;
  /**
   * What a filter of libpcap sees as the link layer's protocol: the type field at its fixed place, VLAN tags not looked through.
   * An EtherType; for BSD null and loop, raw IP and PPP the EtherType that their field stands for; 0 an 802.3 length; -1 none.
   */
  outerType: number;
  vlans: number[];
  /** MPLS labels, outermost first. */
  mpls: number[];
  /** PPPoE session id, null without PPPoE. */
  pppoeSession: number | null;
  /** EtherType of layer 3 after all tags: 0x0800, 0x86dd, 0x0806…; -1 unknown. */
  etherType: number;
  /** Where layer 3 begins in the packet, bytes. */
  networkOffset: number;
  /** Names of the layers below layer 3 as in Wireshark's frame.protocols, outermost first: eth, ethertype, vlan, mpls… */
  layers: string[];
  /** The (kind, value) pairs that tell it apart, for merging dictionaries. */
  tags: number[];
}
