import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

/** So many ids are taken at once. */
const batch = 1000;

/** `user`, `group`, `servicePrincipal` */
export function kindOf(object: Json): string {
  return (textOf(object["@odata.type"]) ?? "").replace("#microsoft.graph.", "");
}

/**
 * Directory objects by id, a thousand a call; one that was deleted is left out. Needs Directory.Read.All.
 * Source: https://learn.microsoft.com/en-us/graph/api/directoryobject-getbyids
 */
export async function directoryObjects({ http }: Context, ids: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const found = new Map<string, Json>();
  const wanted = [...new Set(ids)];
  for (let start = 0; start < wanted.length; start += batch) {
    const { body } = await http.post("/directoryObjects/getByIds", {
      json: { ids: wanted.slice(start, start + batch), types: ["user", "group", "servicePrincipal"] },
      retry: true,
    });
    const { value } = needObject(body, "body");
    if (!Array.isArray(value)) throw new ProviderResponseError("The directory objects are not listed.", "value");
    for (const object of listOf(value).map(objectOf)) {
      const id = textOf(object.id);
      if (id !== null) found.set(id, object);
    }
  }
  return found;
}
