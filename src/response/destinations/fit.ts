import type { OutboundEvent } from "./event.ts";

/**
 * The event as it is written, with fewer of its targets or evidence where all of it does not fit: half of them, a quarter, none, and of an
 * alert at last without its explanation. What is left is valid in its format and names what was omitted. The smallest form is returned
 * whatever its size: the sender refuses it.
 */
export function writtenWithin(event: OutboundEvent, maxBytes: number, write: (event: OutboundEvent) => string): string {
  let text = write(event);
  const fits = () => text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
  if (fits()) return text;
  for (const smaller of smallerForms(event)) {
    text = write(smaller);
    if (fits()) break;
  }
  return text;
}

function* smallerForms(event: OutboundEvent): Generator<OutboundEvent> {
  if (event.type === "activity") {
    const { targets } = event.activity;
    for (const count of halves(targets.length))
      yield {
        ...event,
        activity: { ...event.activity, targets: targets.slice(0, count) },
        leftOut: { targets: targets.length - count },
      };
    return;
  }
  const { evidence } = event.alert;
  for (const count of halves(evidence.length))
    yield {
      ...event,
      alert: { ...event.alert, evidence: evidence.slice(0, count) },
      leftOut: { evidence: evidence.length - count },
    };
  const leftOut = { ...(evidence.length > 0 ? { evidence: evidence.length } : {}), explanation: true as const };
  yield { ...event, alert: { ...event.alert, evidence: [], explanation: {} }, leftOut };
}

function* halves(length: number): Generator<number> {
  for (let count = length; count > 0; ) {
    count = Math.floor(count / 2);
    yield count;
  }
}

/** JSON of an object in so many characters: properties that have no room are left out and named. */
export function jsonWithin(value: object, maxLength: number): string {
  const whole = JSON.stringify(value);
  if (whole.length <= maxLength) return whole;
  const kept: Record<string, unknown> = {};
  const leftOut: string[] = [];
  for (const [key, part] of Object.entries(value)) {
    const names = JSON.stringify({ leftOut: Object.keys(value) }).length;
    if (JSON.stringify({ ...kept, [key]: part }).length + names <= maxLength) kept[key] = part;
    else leftOut.push(key);
  }
  const text = JSON.stringify({ ...kept, leftOut });
  return text.length <= maxLength ? text : JSON.stringify({ leftOut: leftOut.length });
}
