/** No time or duration is longer: numbers of a million digits are refused before anything is computed of them. */
export const LONGEST_TEXT = 120;

/** A text as it stands in a message: the beginning of a long one. */
export function shownText(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
