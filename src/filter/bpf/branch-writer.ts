/**
 * Writes a tree of conditions as straight JavaScript with early exits: each test is evaluated at most once, in order, and a jump
 * leads from it to what is decided by it. `not` costs nothing, and there is no recursion at run time.
 */

export type Tree<Leaf> =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Tree<Leaf>[] }
  | { readonly kind: 'not'; readonly operand: Tree<Leaf> }
  | Leaf;

/** What a leaf comes to: a JavaScript expression that is true or false, or a fixed outcome. */
export type LeafCode = string | boolean;

/** Told when a block begins and ends: what was computed in a block is known up to its end only. */
export interface BlockListener {
  opened(): void;
  closed(): void;
}

interface Writer<Leaf> {
  readonly blocks: BlockListener | null;
  readonly lines: string[];
  readonly leafCode: (leaf: Leaf, lines: string[]) => LeafCode;
  labels: number;
}

/** Where control goes: a statement that jumps, or '' to go on with the next line. */
type Jump = string;

function writeLeaf(writer: Writer<never>, code: LeafCode, yes: Jump, no: Jump): void {
  const { lines } = writer;
  if (typeof code === 'boolean') {
    const jump = code ? yes : no;
    if (jump !== '') lines.push(jump);
  } else if (no === '') {
    if (yes !== '') lines.push(`if (${code}) ${yes}`);
  } else if (yes === '') lines.push(`if (!(${code})) ${no}`);
  else lines.push(`if (${code}) ${yes} else ${no}`);
}

/** `exit`: where the first operand that decides leads; `last`: where the outcome of the last one leads otherwise. */
function writeChain<Leaf>(
  writer: Writer<Leaf>,
  tree: { kind: 'and' | 'or'; operands: readonly Tree<Leaf>[] },
  yes: Jump,
  no: Jump,
): void {
  const conjunction = tree.kind === 'and';
  const decided = conjunction ? no : yes;
  const label = decided === '' ? `L${writer.labels++}` : null;
  const exit = label === null ? decided : `break ${label};`;
  if (label !== null) {
    writer.lines.push(`${label}: {`);
    writer.blocks?.opened();
  }
  tree.operands.forEach((operand, i) => {
    const last = i === tree.operands.length - 1;
    if (!last) writeTree(writer, operand, conjunction ? '' : exit, conjunction ? exit : '');
    else if (label === null) writeTree(writer, operand, yes, no);
    else writeTree(writer, operand, conjunction ? yes : '', conjunction ? '' : no);
  });
  if (label !== null) {
    writer.lines.push('}');
    writer.blocks?.closed();
  }
}

function writeTree<Leaf>(writer: Writer<Leaf>, tree: Tree<Leaf>, yes: Jump, no: Jump): void {
  const node = tree as { kind?: string };
  if (node.kind === 'and' || node.kind === 'or') {
    writeChain(writer, tree as { kind: 'and' | 'or'; operands: readonly Tree<Leaf>[] }, yes, no);
  } else if (node.kind === 'not') writeTree(writer, (tree as { operand: Tree<Leaf> }).operand, no, yes);
  else writeLeaf(writer as Writer<never>, writer.leafCode(tree as Leaf, writer.lines), yes, no);
}

/**
 * The body of a function that ends with `yes` or `no` (statements that return). `leafCode` may add statements before the test,
 * returns among them.
 */
export function writeBranches<Leaf>(
  tree: Tree<Leaf>,
  leafCode: (leaf: Leaf, lines: string[]) => LeafCode,
  yes: string,
  no: string,
  blocks: BlockListener | null = null,
): string {
  const writer: Writer<Leaf> = { lines: [], leafCode, labels: 0, blocks };
  writeTree(writer, tree, yes, no);
  return writer.lines.join('\n');
}
