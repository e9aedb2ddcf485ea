/** How many columns text takes on a terminal: East Asian wide characters two, combining ones none, escape sequences none. */

const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;
/** All of it takes a column a character. */
const NARROW = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc]*$/;
/** Marks that stand on the character before them, and what prints as nothing; vowels and finals of Hangul syllables written in parts. */
const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
/** Wide (W) and fullwidth (F) of Unicode Standard Annex #11, and symbols that are shown as pictures. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

function characterWidth(character: string): number {
  if (NARROW.test(character)) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Columns that text takes on a terminal. */
export function widthOf(text: string): number {
  const bare = text.includes('\u001b') ? text.replace(ESCAPE_SEQUENCE, '') : text;
  if (NARROW.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare) width += characterWidth(character);
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** The beginning of `text` that takes at most `width` columns. */
export function beginning(text: string, width: number): string {
  let taken = 0;
  let end = 0;
  for (const character of text) {
    taken += characterWidth(character);
    if (taken > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Cut to `width` columns, the last one an ellipsis. For text that is not painted yet. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width <= 1 ? beginning(text, Math.max(0, width)) : `${beginning(text, width - 1)}…`;
}
