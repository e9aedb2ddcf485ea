/** Absolute path of the corpora, whether they are there or not. */
export const corporaFolder: string;

/** Whether a need is met: `corpora`, `namespaces`, or the name of a program. Probed once a process. */
export function isAvailable(need: string): boolean;
