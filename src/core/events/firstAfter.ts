/** Index of the first event with a cursor above `after`, of events in the order of their cursors; their number when there is none. */
export function firstAfter(events: readonly { readonly cursor: number }[], after: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.cursor ?? Infinity) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
