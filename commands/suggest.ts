import { nearestWord } from '../src/filter/bpf/suggest.js';

/** The name that was probably meant: the nearest one, or the only one that begins so. Null: nothing is near. */
export function nearest(word: string, names: Iterable<string>): string | null {
  const all = [...names];
  const begun = word.length < 2 ? [] : all.filter((name) => name.startsWith(word));
  return nearestWord(word, all) ?? (begun.length === 1 ? begun[0] : null);
}

/** The hint of an error about a name: "did you mean stats?", or `otherwise`. */
export function didYouMean(word: string, names: Iterable<string>, otherwise?: string): string | undefined {
  const name = nearest(word, names);
  return name === null ? otherwise : `did you mean ${name}?`;
}
