const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * The 18 characters of an id: three more are made of which of the first 15 are capitals. Logs write 15, everything else 18. What is no id is
 * returned as it is. Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm (ID Field Type)
 */
export function longId(id: string): string {
  if (!/^[A-Za-z0-9]{15}$/.test(id)) return id;
  const suffix = [0, 5, 10].map((start) => {
    const capitals = [...id.slice(start, start + 5)].map((one) => /[A-Z]/.test(one));
    return letters[capitals.reduce((sum, isCapital, place) => sum + (isCapital ? 2 ** place : 0), 0)];
  });
  return id + suffix.join("");
}

/** What an id is of: the first three characters. https://help.salesforce.com/s/articleView?id=000385203 */
export const prefixes = {
  user: "005",
  group: "00G",
  organization: "00D",
  library: "058",
  chatterGroup: "0F9",
} as const;

export function isOf(kind: keyof typeof prefixes, id: string): boolean {
  return id.startsWith(prefixes[kind]);
}
