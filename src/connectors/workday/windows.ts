/** One answer to "what happened from then to then". */
export interface WindowPage {
  /** How many rows the window has, whatever was returned. */
  total: number;
  rows: unknown[];
}

export interface WindowReader {
  /** Rows from `offset` (a multiple of `pageSize`), both ends of the window included. */
  read: (from: Date, to: Date, offset: number, capacity: number) => Promise<WindowPage>;
  pageSize: number;
  longestMs: number;
}

export interface Window {
  from: Date;
  to: Date;
  rows: unknown[];
}

/**
 * A window with more rows is halved. Workday returns 10,000 at once; ours is less, because a window is read whole before
 * any of it is stored, and a job has only so much time.
 */
const mostRows = 5_000;
const shortestMs = 1000;

/**
 * Reads a span as windows, oldest first, each whole: rows equal to the byte can then be distinguished by counting, wherever
 * page borders fall. Pages are cut by offset, so a row that lands while a window is read moves the others: when the total
 * changed in between, the window is read again.
 */
export async function* readWindows(reader: WindowReader, from: Date, to: Date): AsyncGenerator<Window, void, void> {
  let spanMs = reader.longestMs;
  for (let start = from.getTime(); start < to.getTime(); ) {
    const end = Math.min(start + spanMs, to.getTime());
    const window = { from: new Date(start), to: new Date(end) };
    const first = await reader.read(window.from, window.to, 0, mostRows);
    const halved = floorSecond(Math.max(shortestMs, Math.floor((end - start) / 2)));
    if (first.total > mostRows && halved < end - start) {
      spanMs = halved;
      continue;
    }
    yield { ...window, rows: await readWhole(reader, window, first) };
    start = end;
    // Busy hours are followed by idle ones.
    if (first.total < mostRows / 4) spanMs = Math.min(spanMs * 2, reader.longestMs);
  }
}

async function readWhole(
  reader: WindowReader,
  { from, to }: Omit<Window, "rows">,
  first: WindowPage,
): Promise<unknown[]> {
  let page = first;
  for (let attempt = 1; ; attempt++) {
    const { total } = page;
    const capacity = Math.max(mostRows, total);
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

export function ceilSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

export function floorSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
