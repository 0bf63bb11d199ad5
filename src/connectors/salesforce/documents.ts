/** Documents with their sharing, page by page. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { isObject, textOf } from "#src/connector-kit/record.ts";
import { byLocator } from "./api.ts";
import { People, sharingOf } from "./file-sharing.ts";
import { toFileItems } from "./map-files.ts";

/** So many documents stand on a page: their sharing is asked for by id, in one query each. */
export const documentBatch = 200;

/** Maps documents whose sharing was read with their page. */
export class Documents {
  readonly #context: Context;
  readonly #people: People;
  #sharing: Awaited<ReturnType<typeof sharingOf>> = new Map();

  constructor(context: Context) {
    this.#context = context;
    this.#people = new People(context);
  }

  /** A page of documents, after who has access to them was read. */
  readonly page: Pager = async (context, first, at) => {
    const page = await byLocator(context, first, at);
    await this.prepare(page.records);
    return page;
  };

  async prepare(records: readonly unknown[]): Promise<void> {
    const present = records.filter((one) => isObject(one) && one.IsDeleted !== true);
    const ids = present.flatMap((one) => (isObject(one) ? (textOf(one.Id) ?? []) : []));
    this.#sharing = await sharingOf(this.#context, ids);
    await this.#people.learn(
      [...this.#sharing.values()].flatMap(({ shares }) => shares.map(({ entityId }) => entityId)),
    );
  }

  readonly items = async (value: unknown, path: string): Promise<FileItem[]> => {
    const id = isObject(value) ? textOf(value.Id) : null;
    const sharing = this.#sharing.get(id ?? "") ?? { shares: [], distributions: [] };
    return toFileItems(value, path, {
      ...{ sharing, people: this.#people, hasExternalUsers: await this.#people.hasExternalUsers() },
      quarantineUser: this.#context.settings.quarantineUser ?? null,
      now: this.#context.now(),
    });
  };
}
