import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, needList, objectOf, textOf } from "#src/connector-kit/record.ts";
import { vocabulary } from "./events.ts";

/**
 * OneLogin's own name of an event's type, where we have no sentence for it. The catalogue is read once, and only when such a type comes.
 * Source: https://developers.onelogin.com/api-docs/1/events/event-types
 */
export function withNames({ http }: Pick<Context, "http">): (event: unknown) => Promise<string | null> {
  let catalogue: Promise<Map<string, string>> | undefined;
  return async (event) => {
    const id = idOf(objectOf(event).event_type_id);
    if (id === null || vocabulary.types.has(id)) return null;
    catalogue ??= http.get("/api/1/events/types").then(({ body }) => {
      const types = needList(objectOf(body).data, "data").map(objectOf);
      return new Map(types.map((type) => [idOf(type.id) ?? "", textOf(type.name) ?? ""]));
    });
    return (await catalogue).get(id) || null;
  };
}
