import { useSyncExternalStore } from "react";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** In UTC, to the second: what is shown on hover, and what a log has. */
export function utc(instant: string | Date): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function ago(instant: string | Date, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return seconds > 0 ? "in a moment" : "just now";
}

/** An instant in the reader's zone; UTC on hover. `as`: how much of it. */
export function Time({ at, as = "ago" }: { at: string | null | undefined; as?: "ago" | "short" | "exact" | "clock" }) {
  const now = useSyncExternalStore(everyHalfMinute, () => currentHalfMinute);
  if (!at) return <span className="muted">–</span>;
  const date = new Date(at);
  const text = {
    ago: () => ago(date, Math.max(now, Date.now())),
    short: () => short.format(date),
    exact: () => exact.format(date),
    clock: () => clock.format(date),
  };
  return (
    <time dateTime={at} title={`${exact.format(date)} · ${utc(date)}`}>
      {text[as]()}
    </time>
  );
}

let currentHalfMinute = Date.now();
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** One timer for all relative times on the page. */
function everyHalfMinute(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    currentHalfMinute = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** `90` → `1 min 30 s`; the two largest units. */
export function duration(seconds: number): string {
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    if (rest >= size && parts.length < 2) parts.push(`${Math.floor(rest / size)} ${unit}`);
    rest %= size;
  }
  return parts.join(" ") || "0 s";
}
