/** Records in the shape of the Reports API, of an invented customer. */

type Value = string | number | boolean | string[];

export const mira = { callerType: "USER", email: "mira@tern.example", profileId: "103212345678901234567" };

function parameter([name, value]: [string, Value]) {
  if (Array.isArray(value)) return { name, multiValue: value };
  if (typeof value === "boolean") return { name, boolValue: value };
  return typeof value === "number" ? { name, intValue: String(value) } : { name, value };
}

export function event(name: string, parameters: Record<string, Value> = {}, more: Record<string, unknown> = {}) {
  return { type: "KIND", name, parameters: Object.entries(parameters).map(parameter), ...more };
}

export function record(log: string, events: object[], more: Record<string, unknown> = {}) {
  return {
    kind: "admin#reports#activity",
    id: {
      time: "2026-11-20T09:15:02.481Z",
      uniqueQualifier: "-6709442587437772138",
      applicationName: log,
      customerId: "C03tern7x",
    },
    etag: '"x"',
    actor: mira,
    ipAddress: "203.0.113.7",
    networkInfo: { regionCode: "NO" },
    events,
    ...more,
  };
}
