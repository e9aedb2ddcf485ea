import type { Prologue } from './link-model.js';

/** Length of the 802.11 header behind `radio`: 24 bytes, 2 more for QoS data frames (IEEE 802.11 section 9.2.3). */
const WLAN_HEADER = (padding: string): string => `
payload = radio + 24;
if (radio >= n) return false;
const control = b[s + radio];
if ((control & 12) === 8) {
  if ((control & 128) !== 0) payload += 2;
  ${padding}
}`;

/** Atheros padding, told by the radiotap flags field, which stands behind the timestamp field if that is present. */
const RADIOTAP_PADDING = `if (n < 8) return false;
  const present = b[s + 4];
  if ((present & 2) !== 0 && (b[s + 7] & 128) === 0) {
    const at = (present & 1) !== 0 ? 16 : 8;
    if (n <= at) return false;
    if ((b[s + at] & 32) !== 0) payload = (payload + 3) & ~3;
  }`;

const LITTLE_ENDIAN_LENGTH = 'if (n < 4) return false;\nradio = b[s + 3] << 8 | b[s + 2];';
const WORD_AT_4 = '(b[s + 4] << 24 | b[s + 5] << 16 | b[s + 6] << 8 | b[s + 7]) >>> 0';

/** What sets `radio`, by prologue: the length of the header in front of the 802.11 header. */
const RADIO_LENGTH: Readonly<Record<string, string>> = {
  '802.11': '',
  radiotap: LITTLE_ENDIAN_LENGTH,
  ppi: LITTLE_ENDIAN_LENGTH,
  avs: `if (n < 8) return false;\nradio = ${WORD_AT_4};`,
  // Some drivers write an AVS header under the link type for Prism: its magic number tells.
  prism: `if (n < 4) return false;
if ((b[s] << 24 | b[s + 1] << 16 | (b[s + 2] & 240) << 8) === (0x80211000 | 0)) {
  if (n < 8) return false;
  radio = ${WORD_AT_4};
} else radio = 144;`,
};

/**
 * Statements that compute `radio` and `payload` from bytes `b` at `s` with `n` captured. A packet that is too short for them is rejected,
 * whatever is tested then; so they are only written for programs that use one of the two.
 */
export function prologueCode(prologue: Prologue, uses: { radio: boolean; payload: boolean }): string {
  if (prologue === null || (!uses.radio && !uses.payload)) return '';
  if (prologue === 'pflog') return 'let payload;\nif (n < 1) return false;\npayload = (b[s] + 3) & ~3;';
  const lines = ['let radio = 0, payload = 0;', RADIO_LENGTH[prologue]];
  if (uses.payload) lines.push(WLAN_HEADER(prologue === 'radiotap' ? RADIOTAP_PADDING : ''));
  return lines.join('\n');
}
