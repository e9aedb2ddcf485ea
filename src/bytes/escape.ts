/**
 * Text of a capture made harmless for a terminal or a report. Everything that moves a cursor, hides itself or reorders its neighbours is shown as
 * `\xNN` (one byte below 0x80, or a byte that is no UTF-8) or `\u{…}` (a code point). Reversible: a backslash that would read as such an escape is
 * itself written `\x5c`; any other backslash stands as it is, so that `\Device\NPF_…` stays readable.
 */

/**
 * Control (Cc: C0, DEL, C1), format (Cf: bidirectional, zero-width, tags), lone surrogates (Cs), line and paragraph separators, whatever else prints as
 * nothing (Default_Ignorable_Code_Point: blank letters, variation selectors), and a backslash that begins what reads as an escape.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\\(?=x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\})/gu;

function escapeCharacter(character: string): string {
  const point = character.codePointAt(0)!;
  return point < 0x80 ? escapeByte(point) : `\\u{${point.toString(16)}}`;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** `text` with every unsafe character visible. Text without any comes back unchanged. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** `escapeText` for sentences, in which names from a capture stand escaped already: those are not escaped again. Not reversible. */
export function escapeSentence(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\\' ? character : escapeCharacter(character)));
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Length of the UTF-8 sequence that begins with `lead`, 0 when none does (RFC 3629 section 4). */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return STRICT.decode(bytes);
  } catch {
    return null;
  }
}

/** The bytes from `at` to `end` as escaped UTF-8 text; bytes that are no UTF-8 become `\xNN`. */
export function escapeBytes(bytes: Uint8Array, at = 0, end = bytes.length): string {
  const whole = decodeStrictly(bytes.subarray(at, end));
  if (whole !== null) return escapeText(whole);
  // A bad byte is left in as a lone low surrogate (U+DC80 + byte - 0x80), so that backslashes are judged in the context of the whole text.
  let text = '';
  for (let i = at; i < end; ) {
    const length = sequenceLength(bytes[i]);
    const character = length > 0 && i + length <= end ? decodeStrictly(bytes.subarray(i, i + length)) : null;
    text += character ?? String.fromCharCode(0xdc00 + bytes[i]);
    i += character === null ? 1 : length;
  }
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0xdc80 && code <= 0xdcff ? escapeByte(code - 0xdc00) : escapeCharacter(character);
  });
}
