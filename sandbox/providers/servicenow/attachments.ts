import { mix } from "../../generator.ts";
import type { Drive } from "../../kit/drive.ts";
import { type Ids, uuids } from "../../kit/ids.ts";
import { timeOf } from "./answers.ts";
import type { Row } from "./encoded-query.ts";
import type { ServicenowPeople } from "./people.ts";

const bases = ["open", "restricted", "internal"];

/** Attachments of tickets and knowledge articles. The first knowledge base names no readers. */
export class Attachments {
  readonly #drive: Drive;
  readonly #people: ServicenowPeople;
  readonly #ids: Ids;
  readonly #recordIds: Ids;
  readonly #baseIds: Ids;

  constructor(seed: number, drive: Drive, people: ServicenowPeople) {
    this.#drive = drive;
    this.#people = people;
    this.#ids = uuids(seed, 505, { dashes: false });
    this.#recordIds = uuids(seed, 506, { dashes: false });
    this.#baseIds = uuids(seed, 507, { dashes: false });
  }

  get numbers(): number[] {
    return Array.from({ length: this.#drive.count }, (_, number) => number).filter((number) => {
      const item = this.#drive.at(number);
      return item !== undefined && !item.isFolder && item.trashedAt === null;
    });
  }

  rows(): Row[] {
    return this.numbers.map((number) => {
      const item = this.#drive.at(number);
      if (!item) throw new Error(`no such file: ${number}`);
      const by = this.#people.userName(item.owner);
      return {
        ...{ sys_id: this.#ids.idOf(number), file_name: item.name, content_type: item.mimeType ?? "" },
        size_bytes: String(this.#drive.contentOf(number).length),
        table_name: isArticle(number) ? "kb_knowledge" : "incident",
        table_sys_id: this.#recordIds.idOf(number),
        ...{ hash: this.#ids.idOf(1_000_000 + number * 50 + item.version).repeat(2), state: "available" },
        ...{ sys_created_by: by, sys_updated_by: by, sys_mod_count: String(item.version - 1) },
        ...{ sys_created_on: timeOf(item.createdAt), sys_updated_on: timeOf(item.modifiedAt) },
      };
    });
  }

  articles(): Row[] {
    return this.numbers.filter(isArticle).map((number) => ({
      sys_id: this.#recordIds.idOf(number),
      workflow_state: number % 8 === 0 ? "draft" : "published",
      kb_knowledge_base: this.#baseIds.idOf(number % bases.length),
      can_read_user_criteria: "",
    }));
  }

  readers(): Row[] {
    return [1, 2].map((base) => ({
      sys_id: this.#baseIds.idOf(100 + base),
      kb_knowledge_base: this.#baseIds.idOf(base),
      user_criteria: this.#baseIds.idOf(200 + base),
    }));
  }

  content(id: string): Buffer | undefined {
    const number = this.#ids.indexOfId(id);
    return number !== undefined && this.#drive.at(number) ? this.#drive.contentOf(number) : undefined;
  }

  /** A new attachment of a ticket. */
  add(name: string, now: number): string {
    const owner = mix(this.#people.seed, this.#drive.count, 551) % this.#people.count;
    return this.#ids.idOf(this.#drive.create({ name, parent: 1 }, owner, now).number);
  }
}

const isArticle = (number: number): boolean => number % 4 === 0;
