import { instantOf, needInstant, textOf } from "#src/connector-kit/record.ts";

/** Microsoft leaves out the zone of some instants, which are UTC, and writes others with a blank and seven digits of a second. */
function spelled(value: unknown): unknown {
  const text = textOf(value);
  if (text === null) return value;
  const [, date, time, fraction = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return date ? `${date}T${time}${fraction}${zone}` : text;
}

export function utcOf(value: unknown): Date | null {
  return instantOf(spelled(value));
}

/** Throws ProviderResponseError for what is no instant. */
export function needUtc(value: unknown, path: string): Date {
  return needInstant(spelled(value), path);
}
