/** Who can read a knowledge article, and so its attachments. All other records are read by people with an account. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { isObject, type Json, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { is, oneOf } from "./encoded-query.ts";
import { readAll, table } from "./tables.ts";
import { isTrue } from "./values.ts";

const articles = "kb_knowledge";

/** So many ids stand in one query: an address has to stay below 8 KB. */
const batch = 100;

/**
 * A published article of a knowledge base is open to visitors without an account where neither names who can read it, unless the instance keeps
 * such articles from everybody. Source: https://www.servicenow.com/docs/r/servicenow-platform/knowledge-management/user-access-knowledge.html
 */
export class KnowledgeAccess {
  readonly #context: Context;
  readonly #levels = new Map<string, SharingLevel | null>();
  readonly #restricted = new Map<string, boolean>();
  #blocksOpen: boolean | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Reads what `levelOf` needs for these attachments. */
  async learn(attachments: readonly unknown[]): Promise<void> {
    const ids = new Set<string>();
    for (const one of attachments) {
      const id = isObject(one) && one.table_name === articles ? textOf(one.table_sys_id) : null;
      if (id !== null && !this.#levels.has(id)) ids.add(id);
    }
    const unknown = [...ids];
    for (let start = 0; start < unknown.length; start += batch) await this.#learn(unknown.slice(start, start + batch));
  }

  /** Null where the access of an article cannot be read. */
  levelOf(attachment: unknown): SharingLevel | null {
    if (!isObject(attachment) || attachment.table_name !== articles) return "INTERNAL";
    return this.#levels.get(textOf(attachment.table_sys_id) ?? "") ?? null;
  }

  async #learn(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#levels.set(id, null);
    const found = await this.#ifReadable(
      articles,
      [oneOf("sys_id", ids)],
      [...["sys_id", "workflow_state", "kb_knowledge_base", "can_read_user_criteria"]],
    );
    if (found === null) return;
    const bases = found.flatMap((article) => textOf(article.kb_knowledge_base) ?? []);
    if (!(await this.#learnBases([...new Set(bases)]))) return;
    const blocksOpen = await this.#isOpenBlocked();
    for (const article of found) this.#levels.set(String(article.sys_id), this.#levelOf(article, blocksOpen));
  }

  #levelOf(article: Json, blocksOpen: boolean): SharingLevel {
    const base = textOf(article.kb_knowledge_base);
    const isRestricted =
      textOf(article.can_read_user_criteria) !== null || (base !== null && this.#restricted.get(base));
    return isRestricted || blocksOpen || article.workflow_state !== "published" ? "INTERNAL" : "PUBLIC";
  }

  /** False where nobody may read which criteria knowledge bases have. */
  async #learnBases(ids: readonly string[]): Promise<boolean> {
    const unknown = ids.filter((id) => !this.#restricted.has(id));
    if (unknown.length === 0) return true;
    const rows = await this.#ifReadable(
      "kb_uc_can_read_mtom",
      [oneOf("kb_knowledge_base", unknown)],
      [...["sys_id", "kb_knowledge_base"]],
    );
    if (rows === null) return false;
    const restricted = new Set(rows.map(({ kb_knowledge_base }) => kb_knowledge_base));
    for (const id of unknown) this.#restricted.set(id, restricted.has(id));
    return true;
  }

  async #isOpenBlocked(): Promise<boolean> {
    if (this.#blocksOpen === null) {
      const where = [is("name", "glide.knowman.block_access_with_no_user_criteria")];
      const rows = await this.#ifReadable("sys_properties", where, ["sys_id", "value"]);
      this.#blocksOpen = isTrue(rows?.[0]?.value);
    }
    return this.#blocksOpen;
  }

  async #ifReadable(name: string, where: readonly string[], fields: readonly string[]): Promise<Json[] | null> {
    try {
      return (await optional(() => readAll(this.#context, name, table(name, { fields, where })))).value;
    } catch (error) {
      if (error instanceof ProviderNotFoundError) return null;
      throw error;
    }
  }
}
