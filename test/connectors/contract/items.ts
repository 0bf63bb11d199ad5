import type { StreamItem } from "#src/connector-kit/contract/records.ts";

type Fields = Readonly<Record<string, unknown>>;

const naming = [
  ...["kind", "externalId", "groupId", "privilegeId", "appId", "fileId", "userId"],
  ...["principal", "email", "domain", "key", "path", "container"],
] as const;
/** Data of the record itself that does not name it, where a record has an id. */
const describing: readonly string[] = ["email", "domain", "path", "container"];

/** What tells items of one stream apart, as the database does. */
export function keyOf(item: StreamItem): string {
  const fields = item as unknown as Fields;
  const names = naming.filter(
    (name) => fields[name] !== undefined && !(fields.externalId !== undefined && describing.includes(name)),
  );
  return names.map((name) => `${name}=${String(fields[name])}`).join(" ");
}

/** Items by key, the last one of a key wins, without what the provider sent. */
export function byKey(items: readonly StreamItem[]): Map<string, Fields> {
  return new Map(
    items.map((item) => {
      const { raw: _, ...mapped } = item as unknown as Fields;
      return [keyOf(item), mapped];
    }),
  );
}

/** Ids of one kind of item: `idsOf(items, "groupId")`. */
export function valuesOf(items: readonly StreamItem[], field: string): Set<unknown> {
  return new Set(items.map((item) => (item as unknown as Fields)[field]).filter((value) => value !== undefined));
}
