import { emitBgp, viewBgp } from '../../../src/decode/application/bgp-layer.js';
import { emitFtp, viewFtp } from '../../../src/decode/application/ftp-layer.js';
import { emitHttp, viewHttp } from '../../../src/decode/application/http-layer.js';
import { emitHttp2Frame, viewHttp2Frame } from '../../../src/decode/application/http2-layer.js';
import { emitMqtt, viewMqtt } from '../../../src/decode/application/mqtt-layer.js';
import { emitResp, viewResp } from '../../../src/decode/application/resp-values.js';
import { emitRtcp, viewRtcp } from '../../../src/decode/application/rtcp-layer.js';
import { emitRtp, viewRtp } from '../../../src/decode/application/rtp-layer.js';
import { emitSdp, viewSdp } from '../../../src/decode/application/sdp.js';
import { emitSip, viewSip } from '../../../src/decode/application/sip-layer.js';
import { emitSmb2, viewSmb2 } from '../../../src/decode/application/smb2-layer.js';
import { emitSmtp, viewSmtp } from '../../../src/decode/application/smtp-layer.js';
import { type EmitRow, emitRow } from './row.js';

export const EMITS: EmitRow[] = [
  emitRow('http', viewHttp, emitHttp, { part: true }),
  emitRow('ssdp', viewHttp, emitHttp, { part: true }),
  emitRow('http2', viewHttp2Frame, emitHttp2Frame, { each: 'Frame', part: true }),
  emitRow('smtp', viewSmtp, emitSmtp),
  emitRow('ftp', viewFtp, emitFtp),
  emitRow('sip', viewSip, emitSip, { part: true }),
  emitRow('sdp', viewSdp, emitSdp),
  emitRow('rtp', viewRtp, emitRtp, { part: true }),
  emitRow('rtcp', viewRtcp, emitRtcp, { part: true }),
  emitRow('smb2', viewSmb2, emitSmb2, { part: true }),
  emitRow('mqtt', viewMqtt, emitMqtt, { part: true }),
  emitRow('resp', viewResp, emitResp),
  emitRow('bgp', viewBgp, emitBgp, { part: true }),
];
