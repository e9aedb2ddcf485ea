import { type FieldRow, NUMBER, placed, type RowOptions } from './row.js';

/** tshark shows what a handshake message begins with even where the record is encrypted or cut; the paths of ours lead through records. */

type Short = readonly [path: string, tshark: string, options?: RowOptions];

function under(layer: string, prefix: string, rows: readonly Short[]): FieldRow[] {
  return rows.map(([path, tshark, options]) => [layer, prefix + path, tshark, options]);
}

const TEXT: RowOptions = { ours: ({ text }) => text };

/** Extensions, alike in TLS, DTLS and QUIC. */
const EXTENSION: Short[] = [
  ['Extension Type', 'tls.handshake.extension.type'],
  ['Length', 'tls.handshake.extension.len'],
  ['Server Name List Length', 'tls.handshake.extensions_server_name_list_len'],
  ['Server Name List > Name Type', 'tls.handshake.extensions_server_name_type'],
  ['Server Name List > Host Name Length', 'tls.handshake.extensions_server_name_len'],
  ['Server Name List > Host Name', 'tls.handshake.extensions_server_name'],
  ['Named Group List Length', 'tls.handshake.extensions_supported_groups_length'],
  ['Named Group List > Named Group', 'tls.handshake.extensions_supported_group'],
  ['EC Point Format List Length', 'tls.handshake.extensions_ec_point_formats_length'],
  ['EC Point Format List > EC Point Format', 'tls.handshake.extensions_ec_point_format'],
  ['Protocol Name List Length', 'tls.handshake.extensions_alpn_len'],
  ['Protocol Name List > Protocol Name Length', 'tls.handshake.extensions_alpn_str_len'],
  ['Protocol Name List > Protocol Name', 'tls.handshake.extensions_alpn_str'],
  ['Versions Length', 'tls.handshake.extensions.supported_versions_len'],
  ['Client Shares Length', 'tls.handshake.extensions_key_share_client_length'],
  ['Selected Group', 'tls.handshake.extensions_key_share_selected_group'],
  ['KE Modes Length', 'tls.extension.psk_ke_modes_length'],
  ['KE Modes > PSK Key Exchange Mode', 'tls.extension.psk_ke_mode'],
  ['Identities Length', 'tls.handshake.extensions.psk.identities.length'],
  ['Identities > Identity Length', 'tls.handshake.extensions.psk.identity.identity_length'],
  ['Identities > Identity', 'tls.handshake.extensions.psk.identity.identity'],
  ['Identities > Obfuscated Ticket Age', 'tls.handshake.extensions.psk.identity.obfuscated_ticket_age'],
  ['Binders Length', 'tls.handshake.extensions.psk.binders_len'],
  ['Selected Identity', 'tls.handshake.extensions.psk.identity.selected'],
  ['Status Type', 'tls.handshake.extensions_status_request_type'],
  ['Responder ID List Length', 'tls.handshake.extensions_status_request_responder_ids_len'],
  ['Request Extensions Length', 'tls.handshake.extensions_status_request_exts_len'],
  ['Renegotiated Connection Length', 'tls.handshake.extensions_reneg_info_len'],
  ['Renegotiated Connection', 'tls.handshake.extensions_reneg_info'],
];

function hello(layer: string, prefix: string, own: string): FieldRow[] {
  return [
    ...under(
      layer,
      prefix,
      EXTENSION.map(([path, name, options]) => [
        `Extensions > Extension > ${path}`,
        name.replace(/^tls/, own),
        options,
      ]),
    ),
    ...under(
      layer,
      prefix,
      (
        [
          ['Random', 'tls.handshake.random'],
          ['Session ID Length', 'tls.handshake.session_id_length'],
          ['Session ID', 'tls.handshake.session_id'],
          ['Cipher Suites Length', 'tls.handshake.cipher_suites_length'],
          ['Compression Methods Length', 'tls.handshake.comp_methods_length'],
          ['Extensions Length', 'tls.handshake.extensions_length'],
        ] as Short[]
      ).map(([path, name, options]) => [path, name.replace(/^tls/, own), options]),
    ),
  ];
}

const CERTIFICATE: Short[] = [
  ['Version', 'x509af.version'],
  ['Serial Number', 'x509af.serialNumber'],
  ['Issuer', 'x509af.issuer', placed('a name; tshark numbers its choice')],
  ['Subject', 'x509af.subject', placed('a name; tshark numbers its choice')],
  ['Subject Public Key Info > Subject Public Key', 'x509af.subjectPublicKey'],
  ['Signature Value', 'x509af.encrypted'],
  ['Extension > dNSName', 'x509ce.dNSName'],
  ['Extension > rfc822Name', 'x509ce.rfc822Name'],
  ['Extension > uniformResourceIdentifier', 'x509ce.uniformResourceIdentifier'],
];

const TIME: RowOptions = {
  ours: ({ text }) => text.replace('T', ' ').replace('Z', ' (UTC)'),
};

const HANDSHAKE: Short[] = [
  ['Handshake Type', 'tls.handshake.type'],
  ['Length', 'tls.handshake.length'],
  ['Certificate List Length', 'tls.handshake.certificates_length'],
  ['Certificate List > Certificate Length', 'tls.handshake.certificate_length'],
  ['Certificate List > Certificate', 'tls.handshake.certificate', placed('ours is not repeated as bytes')],
  ['Curve Type', 'tls.handshake.server_curve_type'],
  ['Named Curve', 'tls.handshake.server_named_curve'],
  ['Public Length', 'tls.handshake.server_point_len'],
  ['Public', 'tls.handshake.server_point'],
  ['Certificate Types Length', 'tls.handshake.cert_types_count'],
  ['Certificate Types > Certificate Type', 'tls.handshake.cert_type'],
  ['Certificate Authorities Length', 'tls.handshake.dnames_len'],
  ['Certificate Authorities > Distinguished Name Length', 'tls.handshake.dname_len'],
  ['Ticket Lifetime Hint', 'tls.handshake.session_ticket_lifetime_hint'],
  ['Ticket Length', 'tls.handshake.session_ticket_length'],
  ['Ticket', 'tls.handshake.session_ticket'],
  ['Signature Length', 'tls.handshake.sig_len'],
  ['Signature', 'tls.handshake.sig'],
];

const TLS: FieldRow[] = [
  ['tls', 'Record > Content Type', ['tls.record.content_type', 'tls.record.opaque_type']],
  ['tls', 'Record > Version', 'tls.record.version', NUMBER],
  ['tls', 'Record > Length', 'tls.record.length'],
  ['tls', 'Record > Encrypted Data', 'tls.app_data'],
  ['tls', 'Record > Change Cipher Spec Message', 'tls.change_cipher_spec', placed('tshark gives no value')],
  ['tls', 'Record > Level', 'tls.alert_message.level'],
  ['tls', 'Record > Description', 'tls.alert_message.desc'],
  ...under('tls', 'Record > Handshake > ', HANDSHAKE),
  ...hello('tls', 'Record > Handshake > ', 'tls'),
  ['tls', 'Record > Handshake > ** > Cipher Suite', 'tls.handshake.ciphersuite'],
  ['dtls', 'Record > Handshake > ** > Cipher Suite', 'dtls.handshake.ciphersuite'],
  ['tls', 'Record > Handshake > Client Version', 'tls.handshake.version', { missing: 'of a server' }],
  ['tls', 'Record > Handshake > Server Version', 'tls.handshake.version', { missing: 'of a client' }],
  ['tls', 'Record > Handshake > ** > Compression Method', 'tls.handshake.comp_method'],
  ['dtls', 'Record > Handshake > ** > Compression Method', 'dtls.handshake.comp_method'],
  ['tls', 'Record > Handshake > Extensions > Extension > ** > Group', 'tls.handshake.extensions_key_share_group'],
  [
    'tls',
    'Record > Handshake > Extensions > Extension > ** > Key Exchange',
    'tls.handshake.extensions_key_share_key_exchange',
  ],
  [
    'tls',
    'Record > Handshake > ** > Signature Scheme',
    'tls.handshake.sig_hash_alg',
    { missing: 'of a signature, or a request' },
  ],
  [
    'tls',
    'Record > Handshake > Extensions > Extension > Versions > Version',
    'tls.handshake.extensions.supported_version',
    { missing: 'the version that a server chose' },
  ],
  ...under('tls', 'Record > Handshake > Certificate List > Certificate > ', CERTIFICATE),
  ['tls', 'Record > Handshake > Certificate List > Certificate > Validity > *', 'x509af.utcTime', TIME],
];

const DTLS: FieldRow[] = [
  ['dtls', 'Record > Content Type', 'dtls.record.content_type'],
  ['dtls', 'Record > Version', 'dtls.record.version'],
  ['dtls', 'Record > Epoch', 'dtls.record.epoch'],
  ['dtls', 'Record > Sequence Number', 'dtls.record.sequence_number'],
  ['dtls', 'Record > Length', 'dtls.record.length'],
  ['dtls', 'Record > Encrypted Data', 'dtls.app_data'],
  ['dtls', 'Record > Handshake > Handshake Type', 'dtls.handshake.type'],
  ['dtls', 'Record > Handshake > Length', 'dtls.handshake.length'],
  ['dtls', 'Record > Handshake > Message Sequence', 'dtls.handshake.message_seq'],
  ['dtls', 'Record > Handshake > Fragment Offset', 'dtls.handshake.fragment_offset'],
  ['dtls', 'Record > Handshake > Fragment Length', 'dtls.handshake.fragment_length'],
  ['dtls', 'Record > Handshake > Cookie Length', 'dtls.handshake.cookie_length'],
  ['dtls', 'Record > Handshake > Cookie', 'dtls.handshake.cookie'],
  ...hello('dtls', 'Record > Handshake > ', 'dtls'),
];

const UNKNOWN_VERSION: RowOptions = {
  missing: 'RFC 8999 section 5.1: in a version that nobody knows these bytes have no meaning',
};

const QUIC: FieldRow[] = [
  ['quic', 'Packet > Header Form', 'quic.header_form'],
  ['quic', 'Packet > Fixed Bit', 'quic.fixed_bit', { extra: 'tshark leaves it out of Retry packets' }],
  ['quic', 'Packet > Long Packet Type', ['quic.long.packet_type', 'quic.long.packet_type_v2'], UNKNOWN_VERSION],
  ['quic', 'Packet > Version', 'quic.version'],
  ['quic', 'Packet > Destination Connection ID Length', 'quic.dcil'],
  ['quic', 'Packet > Destination Connection ID', 'quic.dcid'],
  ['quic', 'Packet > Source Connection ID Length', 'quic.scil'],
  ['quic', 'Packet > Source Connection ID', 'quic.scid'],
  ['quic', 'Packet > Token Length', 'quic.token_length', UNKNOWN_VERSION],
  ['quic', 'Packet > Token', 'quic.token'],
  ['quic', 'Packet > Length', 'quic.length', UNKNOWN_VERSION],
  ['quic', 'Packet > Supported Version', 'quic.supported_version'],
  ['quic', 'Packet > Retry Token', 'quic.retry_token'],
  ['quic', 'Packet > Retry Integrity Tag', 'quic.retry_integrity_tag'],
];

const LISTS = [
  'kex_algorithms',
  'server_host_key_algorithms',
  'encryption_algorithms_client_to_server',
  'encryption_algorithms_server_to_client',
  'mac_algorithms_client_to_server',
  'mac_algorithms_server_to_client',
  'compression_algorithms_client_to_server',
  'compression_algorithms_server_to_client',
  'languages_client_to_server',
  'languages_server_to_client',
];

const SSH: FieldRow[] = [
  ['ssh', 'Identification String', 'ssh.protocol'],
  ['ssh', 'Packet > Packet Length', 'ssh.packet_length'],
  ['ssh', 'Packet > Padding Length', 'ssh.padding_length'],
  ['ssh', 'Packet > Message Number', 'ssh.message_code'],
  ['ssh', 'Packet > Cookie', 'ssh.cookie'],
  ...LISTS.map((name): FieldRow => ['ssh', `Packet > ${name} Length`, `ssh.${name}_length`]),
  ...LISTS.map((name): FieldRow => {
    const places: RowOptions = name.startsWith('lang') ? { ranges: 'tshark places an empty list nowhere' } : {};
    return ['ssh', `Packet > ${name}`, `ssh.${name}`, { ...TEXT, ...places }];
  }),
  ['ssh', 'Packet > first_kex_packet_follows', 'ssh.first_kex_packet_follows'],
  ['ssh', 'Packet > Reserved', 'ssh.kex.reserved', NUMBER],
  ['ssh', 'Packet > Random Padding', 'ssh.padding_string'],
  ['ssh', 'Packet > K_S Length', 'ssh.host_key.length'],
  ['ssh', 'Packet > K_S > K_S Algorithm', 'ssh.host_key.type'],
];

const CONTINUED = 'tshark waits for the rest of a record or packet that goes on in the next segment';

/** Over TCP: what there is of a record or packet that its segment cuts is shown here. */
function inSegments(rows: readonly FieldRow[]): FieldRow[] {
  return rows.map(([layer, path, tshark, options]) => [layer, path, tshark, { extra: CONTINUED, ...options }]);
}

export const FIELDS: FieldRow[] = [...inSegments(TLS), ...DTLS, ...QUIC, ...inSegments(SSH)];
