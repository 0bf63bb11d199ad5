/**
 * Allows the first `limit` of a minute for each key. For audit entries that a stranger causes by calling an open endpoint: they must not
 * be able to fill the log.
 */
export function allowance(limit: number): (key: string, now: Date) => boolean {
  let minute = 0;
  let used = new Map<string, number>();
  return (key, now) => {
    const current = Math.floor(now.getTime() / 60_000);
    if (current !== minute) used = new Map();
    minute = current;
    const count = used.get(key) ?? 0;
    // Of addresses that are many the first ten thousand tell enough.
    if (count >= limit || (count === 0 && used.size >= 10_000)) return false;
    used.set(key, count + 1);
    return true;
  };
}
