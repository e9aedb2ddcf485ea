/**
 * What is known at a point of a generated function: how many bytes were captured at least, and which variables hold what. Control only goes forward and out
 * of blocks, so what a block computed is known in the rest of it and in the blocks inside. Looking up costs as much as blocks are nested; nothing is copied.
 */
export interface Knowledge {
  bytes(): number;
  /** From here on so many bytes are known to be there. */
  sawBytes(count: number): void;
  /** The variable that holds the value of `code`, if one does. */
  holder(code: string): string | undefined;
  holds(code: string, name: string): void;
  /** A block begins, or ends. */
  opened(): void;
  closed(): void;
  /** A test is written: whatever comes next may have been left out. */
  tested(): void;
}

interface Frame {
  bytes: number;
  readonly values: Map<string, string>;
}

export function createKnowledge(): Knowledge {
  const frames: Frame[] = [{ bytes: 0, values: new Map() }];
  /** Blocks that begin with the next test: nothing can leave them before it, so what it computes is known behind them too. */
  let justOpened = 0;
  const home = (): number => frames.length - 1 - justOpened;
  return {
    bytes: () => frames[frames.length - 1].bytes,
    sawBytes(count) {
      for (let i = home(); i < frames.length; i++) frames[i].bytes = count;
    },
    holder(code) {
      for (let i = frames.length - 1; i >= 0; i--) {
        const name = frames[i].values.get(code);
        if (name !== undefined) return name;
      }
      return undefined;
    },
    holds: (code, name) => void frames[home()].values.set(code, name),
    opened() {
      frames.push({ bytes: frames[frames.length - 1].bytes, values: new Map() });
      justOpened++;
    },
    closed() {
      frames.pop();
      justOpened = 0;
    },
    tested() {
      justOpened = 0;
    },
  };
}
