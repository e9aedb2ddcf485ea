/**
 * The `top` items with the largest `first` value, in that order; equals by the larger `second` value, then as `ties` orders them, then by the smaller
 * item. Sorts all of them when `top` does not limit, else keeps a heap of `top` and looks at each item once.
 *
 * @param items indices into `first` and `second`
 */
export function rankLargest(
  items: Uint32Array,
  first: Float64Array,
  second: Float64Array,
  top: number,
  ties: (a: number, b: number) => number = () => 0,
): Uint32Array {
  const order = (a: number, b: number): number => first[b] - first[a] || second[b] - second[a] || ties(a, b) || a - b;
  if (top >= items.length) return items.slice().sort(order);
  const size = Math.max(0, Math.floor(top));
  if (size === 0) return new Uint32Array(0);
  // The root of the heap is the item that has to go next: the one that comes last in the order.
  const heap = items.slice(0, size).sort((a, b) => order(b, a));
  for (let i = size; i < items.length; i++) {
    if (order(items[i], heap[0]) < 0) {
      heap[0] = items[i];
      sink(heap, order);
    }
  }
  return heap.sort(order);
}

/** Restores the heap when its root has changed: every parent comes after its children in `order`. */
function sink(heap: Uint32Array, order: (a: number, b: number) => number): void {
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && order(heap[child + 1], heap[child]) > 0) child++;
    if (order(heap[child], heap[parent]) <= 0) return;
    const item = heap[child];
    heap[child] = heap[parent];
    heap[parent] = item;
    parent = child;
  }
}
