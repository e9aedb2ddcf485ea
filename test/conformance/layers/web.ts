import type { Field } from '../../../src/decode/layer.js';
import type { TsharkField } from '../../support/tshark-json.js';
import type { FieldRow, RowOptions } from './row.js';

/** Text as tshark prints it: escapes undone, line endings and blanks about it left out. */
function bare(text: string): string {
  const plain = text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain
    .replace(/\\[rn]/g, '')
    .replace(/[\r\n]+/g, '')
    .trim();
}
const TEXT: RowOptions = {
  ours: ({ value }: Field) => bare(String(value)),
  theirs: ({ value }: TsharkField) => bare(value),
};
/** Text against bytes in hex. */
const TEXT_BYTES: RowOptions = { values: 'text here, bytes there' };
const EMPTY: RowOptions = { ...TEXT, missing: 'tshark makes a field of no bytes' };
const HOST: RowOptions = { ...TEXT, missing: 'a header is named here as it is written, in letters of any case' };
const BODY: RowOptions = {
  ...TEXT_BYTES,
  ranges: 'a body in chunks or packed is unpacked by tshark into bytes that stand nowhere in the frame',
  extra: 'tshark shows no body whose encoding or media type it reads itself, nor one of a length not announced',
};

const HTTP: FieldRow[] = ['http', 'ssdp'].flatMap((layer): FieldRow[] => [
  [layer, 'Request Line > Method', 'http.request.method', TEXT],
  [layer, 'Request Line > Request Target', 'http.request.uri', TEXT],
  [layer, 'Request Line > HTTP Version', 'http.request.version', EMPTY],
  [layer, 'Status Line > HTTP Version', 'http.response.version', TEXT],
  [layer, 'Status Line > Status Code', 'http.response.code'],
  [layer, 'Status Line > Reason Phrase', 'http.response.phrase', TEXT],
  [layer, 'Host', 'http.host', HOST],
  [layer, 'HOST', 'http.host', HOST],
  [layer, 'User-Agent', 'http.user_agent', HOST],
  [layer, 'Server', 'http.server', HOST],
  [layer, 'Date', 'http.date', HOST],
  [layer, 'Content-Length', 'http.content_length_header', HOST],
  [layer, 'Message Body', 'http.file_data', BODY],
]);

const SIP: FieldRow[] = [
  ['sip', 'Request-Line > Method', 'sip.Method', TEXT],
  ['sip', 'Request-Line > Request-URI', 'sip.r-uri', TEXT],
  ['sip', 'Status-Line > Status Code', 'sip.Status-Code'],
  ...['Via', 'Max-Forwards', 'To', 'From', 'Call-ID', 'CSeq', 'Contact', 'Content-Type', 'Content-Length'].map(
    (name): FieldRow => ['sip', name, `sip.${name}`, TEXT],
  ),
  ['sdp', 'Protocol Version', 'sdp.version', TEXT],
  ['sdp', 'Origin', 'sdp.owner', TEXT],
  ['sdp', 'Origin > Username', 'sdp.owner.username', TEXT],
  ['sdp', 'Origin > Session ID', 'sdp.owner.sessionid', TEXT],
  ['sdp', 'Origin > Session Version', 'sdp.owner.version', TEXT],
  ['sdp', 'Origin > Unicast Address', 'sdp.owner.address', TEXT],
  ['sdp', 'Session Name', 'sdp.session_name', TEXT],
  ['sdp', 'Connection Information', 'sdp.connection_info', TEXT],
  ['sdp', 'Connection Information > Connection Address', 'sdp.connection_info.address', TEXT],
  ['sdp', 'Time Active', 'sdp.time', TEXT],
  ['sdp', 'Time Active > Start Time', 'sdp.time.start', TEXT],
  ['sdp', 'Time Active > Stop Time', 'sdp.time.stop', TEXT],
  ['sdp', 'Media Description', 'sdp.media', TEXT],
  ['sdp', 'Media Description > Media', 'sdp.media.media', TEXT],
  ['sdp', 'Media Description > Port', 'sdp.media.port', TEXT],
  ['sdp', 'Media Description > Transport Protocol', 'sdp.media.proto', TEXT],
  ['sdp', 'Attribute', ['sdp.session_attr', 'sdp.media_attr'], TEXT],
];

const FOUR_LETTERS =
  'RFC 3207 section 4: STARTTLS is one word; tshark takes four letters for the command, the rest for its parameter';
const VERB: RowOptions = {
  ours: ({ value }) => bare(String(value)).slice(0, 4),
  theirs: TEXT.theirs,
  ranges: FOUR_LETTERS,
};

const LINES: FieldRow[] = [
  ['smtp', 'Reply Line > Reply Code', 'smtp.response.code'],
  ['smtp', 'Reply Line > Text String', 'smtp.rsp.parameter', TEXT],
  ['smtp', 'Command Line > Command', 'smtp.req.command', VERB],
  ['smtp', 'Command Line > Parameter', 'smtp.req.parameter', { ...TEXT, missing: FOUR_LETTERS }],
  ['ftp', 'Reply > Reply Code', 'ftp.response.code'],
  ['ftp', 'Reply > Text', 'ftp.response.arg', TEXT],
  ['ftp', 'Command > Command Code', 'ftp.request.command', TEXT],
  ['ftp', 'Command > Argument', 'ftp.request.arg', TEXT],
];

const REASON: RowOptions = { missing: 'tshark gives the reason of a BYE the name of a description' };

const RTP: FieldRow[] = [
  ['rtp', 'Version', 'rtp.version'],
  ['rtp', 'Padding', 'rtp.padding'],
  ['rtp', 'Extension', 'rtp.ext'],
  ['rtp', 'CSRC Count', 'rtp.cc'],
  ['rtp', 'Marker', 'rtp.marker'],
  ['rtp', 'Payload Type', 'rtp.p_type'],
  ['rtp', 'Sequence Number', 'rtp.seq'],
  ['rtp', 'Timestamp', 'rtp.timestamp'],
  ['rtp', 'SSRC', 'rtp.ssrc'],
  ['rtp', 'CSRC', 'rtp.csrc.item'],
  ['rtp', 'Header Extension > Defined by Profile', 'rtp.ext.profile'],
  ['rtp', 'Header Extension > Length', 'rtp.ext.len'],
  ['rtp', 'Payload', 'rtp.payload', { extra: 'tshark hands some payload types to their own dissectors' }],
  ['rtcp', 'Version', 'rtcp.version'],
  ['rtcp', 'Padding', 'rtcp.padding'],
  ['rtcp', 'Reception Report Count', 'rtcp.rc'],
  ['rtcp', 'Source Count', 'rtcp.sc'],
  ['rtcp', 'Subtype', 'rtcp.app.subtype'],
  ['rtcp', 'Packet Type', 'rtcp.pt'],
  ['rtcp', 'Length', 'rtcp.length'],
  ['rtcp', 'NTP Timestamp > NTP Timestamp, Most Significant Word', 'rtcp.timestamp.ntp.msw'],
  ['rtcp', 'NTP Timestamp > NTP Timestamp, Least Significant Word', 'rtcp.timestamp.ntp.lsw'],
  ['rtcp', 'RTP Timestamp', 'rtcp.timestamp.rtp'],
  ['rtcp', "Sender's Packet Count", 'rtcp.sender.packetcount'],
  ['rtcp', "Sender's Octet Count", 'rtcp.sender.octetcount'],
  ['rtcp', 'Report Block > Fraction Lost', 'rtcp.ssrc.fraction'],
  ['rtcp', 'Report Block > Cumulative Number of Packets Lost', 'rtcp.ssrc.cum_nr'],
  ['rtcp', 'Report Block > Extended Highest Sequence Number Received', 'rtcp.ssrc.ext_high'],
  ['rtcp', 'Report Block > Interarrival Jitter', 'rtcp.ssrc.jitter'],
  ['rtcp', 'Report Block > Last SR', 'rtcp.ssrc.lsr'],
  ['rtcp', 'Report Block > Delay since Last SR', 'rtcp.ssrc.dlsr'],
  ['rtcp', 'Chunk > SDES Item > Type', 'rtcp.sdes.type'],
  ['rtcp', 'Chunk > SDES Item > Length', 'rtcp.sdes.length', REASON],
  ['rtcp', 'Chunk > SDES Item > Text', 'rtcp.sdes.text', { ...TEXT, ...REASON }],
  ['rtcp', 'Name', 'rtcp.app.name', TEXT],
  [
    'rtcp',
    'Application-Dependent Data',
    'rtcp.app.data',
    { extra: 'shorter data than tshark expects is not shown there' },
  ],
];

const SMB2: FieldRow[] = [
  ['smb2', 'ProtocolId', 'smb2.protocol_id', { values: 'bytes here, a number there' }],
  ['smb2', 'StructureSize', 'smb2.header_len'],
  ['smb2', 'CreditCharge', 'smb2.credit.charge'],
  ['smb2', 'ChannelSequence', 'smb2.channel_sequence'],
  ['smb2', 'Status', 'smb2.nt_status'],
  ['smb2', 'Command', 'smb2.cmd'],
  ['smb2', 'CreditRequest', 'smb2.credits.requested'],
  ['smb2', 'CreditResponse', 'smb2.credits.granted'],
  ['smb2', 'Flags', 'smb2.flags'],
  ['smb2', 'NextCommand', 'smb2.chain_offset'],
  ['smb2', 'MessageId', 'smb2.msg_id'],
  ['smb2', 'TreeId', 'smb2.tid'],
  ['smb2', 'AsyncId', 'smb2.aid'],
  ['smb2', 'SessionId', 'smb2.sesid'],
  ['smb2', 'Signature', 'smb2.signature'],
];

const FILTERS: RowOptions = { missing: 'a topic name and a topic filter are one field of tshark' };

const MQTT: FieldRow[] = [
  ['mqtt', 'Control Packet Type', 'mqtt.msgtype'],
  ['mqtt', 'Flags > DUP', 'mqtt.dupflag'],
  ['mqtt', 'Flags > QoS', 'mqtt.qos'],
  ['mqtt', 'Flags > RETAIN', 'mqtt.retain'],
  ['mqtt', 'Remaining Length', 'mqtt.len'],
  ['mqtt', 'Protocol Name Length', 'mqtt.proto_len'],
  ['mqtt', 'Protocol Name', 'mqtt.protoname', TEXT],
  ['mqtt', 'Protocol Version', 'mqtt.ver'],
  ['mqtt', 'Connect Flags', 'mqtt.conflags'],
  ['mqtt', 'Keep Alive', 'mqtt.kalive'],
  ['mqtt', 'Client Identifier', 'mqtt.clientid', EMPTY],
  ['mqtt', 'Will Topic', 'mqtt.willtopic', TEXT],
  ['mqtt', 'User Name', 'mqtt.username', TEXT],
  ['mqtt', 'Password', 'mqtt.passwd', TEXT],
  ['mqtt', 'Connect Acknowledge Flags', 'mqtt.conack.flags'],
  ['mqtt', 'Connect Return Code', 'mqtt.conack.val'],
  ['mqtt', 'Connect Reason Code', 'mqtt.connack.reason_code'],
  ['mqtt', 'Topic Name Length', 'mqtt.topic_len', FILTERS],
  ['mqtt', 'Topic Name', 'mqtt.topic', { ...TEXT, ...FILTERS }],
  ['mqtt', 'Topic Filter Length', 'mqtt.topic_len', FILTERS],
  ['mqtt', 'Topic Filter', 'mqtt.topic', { ...TEXT, ...FILTERS }],
  ['mqtt', 'Packet Identifier', 'mqtt.msgid'],
  [
    'mqtt',
    'Payload',
    'mqtt.msg',
    { missing: EMPTY.missing, extra: 'tshark shows a payload only when all of it is there' },
  ],
];

const NESTED: RowOptions = { ...TEXT, missing: 'values within arrays are not asked for here' };

const RESP: FieldRow[] = [
  ['resp', 'Simple String', 'resp.string', NESTED],
  ['resp', 'Simple Error', 'resp.error', NESTED],
  ['resp', 'Integer', 'resp.integer', { missing: NESTED.missing }],
];

const BGP: FieldRow[] = [
  ['bgp', 'Marker', 'bgp.marker'],
  ['bgp', 'Length', 'bgp.length'],
  ['bgp', 'Type', 'bgp.type'],
  ['bgp', 'Version', 'bgp.open.version'],
  ['bgp', 'My Autonomous System', 'bgp.open.myas'],
  ['bgp', 'Hold Time', 'bgp.open.holdtime'],
  ['bgp', 'BGP Identifier', 'bgp.open.identifier'],
  ['bgp', 'Optional Parameters Length', 'bgp.open.opt.len'],
  ['bgp', 'Withdrawn Routes Length', 'bgp.update.withdrawn_routes.length'],
  ['bgp', 'Total Path Attribute Length', 'bgp.update.path_attributes.length'],
  ['bgp', 'Error Code', 'bgp.notify.major_error'],
];

const HTTP2: FieldRow[] = [
  ['http2', 'Frame > Length', 'http2.length'],
  ['http2', 'Frame > Type', 'http2.type'],
  ['http2', 'Frame > Flags', 'http2.flags'],
  ['http2', 'Frame > Stream Identifier', 'http2.streamid'],
  ['http2', 'Frame > Setting > Identifier', 'http2.settings.id'],
  ['http2', 'Frame > Window Size Increment', 'http2.window_update.window_size_increment'],
];

export const FIELDS: FieldRow[] = [...HTTP, ...HTTP2, ...LINES, ...SIP, ...RTP, ...SMB2, ...MQTT, ...RESP, ...BGP];
