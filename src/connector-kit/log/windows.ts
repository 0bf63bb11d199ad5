/** One answer to "what happened from then to then". */
export interface WindowPage {
  /** How many rows the window has, whatever was returned. */
  total: number;
  rows: readonly unknown[];
}

export interface WindowReader {
  /** Rows from `offset` (a multiple of `pageSize`), both ends of the window included. `capacity`: how many rows the whole window may have. */
  read: (from: Date, to: Date, offset: number, capacity: number) => Promise<WindowPage>;
  pageSize: number;
  /** The longest window to ask for. */
  longestMs: number;
  /**
   * The first window to ask for, where the longest could be too much for a busy tenant: windows grow while they hold little.
   * Default: the longest.
   */
  firstMs?: number;
  /**
   * A window with more rows is halved. Below what the provider can return at once, since a window is read whole before any of it is stored,
   * and a job has only so much time. Default 5,000.
   */
  max?: number;
}

export interface Window {
  from: Date;
  to: Date;
  rows: readonly unknown[];
}

const shortestMs = 1000;

/**
 * Reads a span as windows of whole seconds, oldest first, each whole: rows equal to the byte can then be distinguished by counting, wherever page
 * borders fall. Pages are cut by offset, so a row that lands while a window is read moves the others: when the total changed in between,
 * the window is read again.
 */
export async function* readWindows(reader: WindowReader, from: Date, to: Date): AsyncGenerator<Window, void, void> {
  const { longestMs, firstMs = longestMs, max = 5_000 } = reader;
  let spanMs = firstMs;
  for (let start = floorSecond(from.getTime()); start < to.getTime(); ) {
    const end = Math.min(start + spanMs, ceilSecond(to.getTime()));
    const window = { from: new Date(start), to: new Date(end) };
    const first = await reader.read(window.from, window.to, 0, max);
    const halved = floorSecond(Math.max(shortestMs, Math.floor((end - start) / 2)));
    if (first.total > max && halved < end - start) {
      spanMs = halved;
      continue;
    }
    yield { ...window, rows: await readWhole(reader, window, first, max) };
    start = end;
    // Busy hours are followed by empty ones.
    if (first.total < max / 4) spanMs = Math.min(spanMs * 2, longestMs);
  }
}

async function readWhole(
  reader: WindowReader,
  { from, to }: Omit<Window, "rows">,
  first: WindowPage,
  max: number,
): Promise<unknown[]> {
  let page = first;
  for (let attempt = 1; ; attempt++) {
    const { total } = page;
    const capacity = Math.max(max, total);
    const rows = [...page.rows];
    let steady = true;
    while (page.rows.length >= reader.pageSize && rows.length < total) {
      page = await reader.read(from, to, rows.length, capacity);
      rows.push(...page.rows);
      steady &&= page.total === total;
    }
    // On the last attempt the rows are kept as they came; the overlap of the next read fills what moved out of sight.
    if (steady || attempt === 3) return rows;
    page = await reader.read(from, to, 0, capacity);
  }
}

function ceilSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

export function floorSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
