const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** `1536000` → `1.5 MB`. A BigInt of the schema comes as a text. */
export function bytes(size: string | null | undefined): string {
  if (size == null) return "–";
  let value = Number(size);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
