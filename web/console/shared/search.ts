/** What the address of a page may hold: texts, and lists of texts as repeated parameters. */
export type Search = Record<string, string | string[] | undefined>;

/** `?status=OPEN&status=IN_PROGRESS` and not JSON: a filter is a link that a person can read. */
export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = search[name];
    search[name] = before === undefined ? value : [before, value].flat();
  }
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    for (const each of [value].flat())
      if (each !== undefined && each !== null && each !== "") parameters.append(name, String(each));
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

export function oneOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value | undefined {
  return allowed.find((each) => each === value);
}

/** Those of the values that are allowed; undefined for none, so that nothing stands in the address. */
export function someOf<Value extends string>(value: unknown, allowed: readonly Value[]): Value[] | undefined {
  const found = allowed.filter((each) => [value].flat().includes(each));
  return found.length > 0 ? found : undefined;
}

export function textsOf(value: unknown): string[] | undefined {
  const found = [value].flat().filter((each): each is string => typeof each === "string" && each !== "");
  return found.length > 0 ? found : undefined;
}

export function textOf(value: unknown): string | undefined {
  return textsOf(value)?.[0];
}
