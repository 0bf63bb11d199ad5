/** Who a file is shared with: links to users, groups, libraries and records, and public links. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { instantOf, type Json, needId, textOf } from "#src/connector-kit/record.ts";
import { query, readAll, slices } from "./api.ts";
import { isOf } from "./ids.ts";
import { externalTypes } from "./map-people.ts";
import { fields, soql } from "./soql.ts";

/** A link to a user, a group, a library, the org or a record. */
export interface Share {
  id: string;
  entityId: string;
  /** V views, C changes, I as the record or library has it. */
  type: string;
  /** AllUsers, InternalUsers or SharedUsers. */
  visibility: string;
}

/** A public link. */
export interface Distribution {
  id: string;
  name: string;
  url: string | null;
  expiresAt: string | null;
  password: boolean;
  canDownload: boolean;
}

export interface Sharing {
  shares: Share[];
  distributions: Distribution[];
}

const shareFields = fields(["Id", "ContentDocumentId", "LinkedEntityId", "ShareType", "Visibility"]);
const distributionFields = fields([
  ...[
    "Id",
    "Name",
    "ContentDocumentId",
    "ContentVersionId",
    "DistributionPublicUrl",
    "ExpiryDate",
    "PreferencesExpires",
  ],
  ...["PreferencesPasswordRequired", "PreferencesAllowOriginalDownload", "OwnerId"],
]);

/**
 * Of each of these documents. An org without content deliveries has no object for public links, and no links.
 * Sources: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm,
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdistribution.htm
 */
export async function sharingOf(context: Context, documentIds: readonly string[]): Promise<Map<string, Sharing>> {
  const found = new Map<string, Sharing>(documentIds.map((id) => [id, { shares: [], distributions: [] }]));
  if (documentIds.length === 0) return found;
  const links = soql`SELECT ${shareFields} FROM ContentDocumentLink WHERE ContentDocumentId IN ${documentIds}`;
  for (const raw of await readAll(context, "shares", links)) found.get(documentOf(raw))?.shares.push(toShare(raw));
  const openly = soql`SELECT ${distributionFields} FROM ContentDistribution WHERE ContentDocumentId IN ${documentIds}`;
  const { value } = await optional(() => readAll(context, "public links", openly));
  for (const raw of value ?? []) found.get(documentOf(raw))?.distributions.push(toDistribution(raw));
  return found;
}

function documentOf(raw: Json): string {
  return textOf(raw.ContentDocumentId) ?? "";
}

function toShare(raw: Json): Share {
  return {
    id: needId(raw.Id, "records.Id"),
    entityId: needId(raw.LinkedEntityId, "records.LinkedEntityId"),
    type: textOf(raw.ShareType) ?? "V",
    visibility: textOf(raw.Visibility) ?? "AllUsers",
  };
}

function toDistribution(raw: Json): Distribution {
  return {
    id: needId(raw.Id, "records.Id"),
    name: textOf(raw.Name) ?? "",
    url: textOf(raw.DistributionPublicUrl),
    expiresAt: raw.PreferencesExpires === false ? null : textOf(raw.ExpiryDate),
    password: raw.PreferencesPasswordRequired === true,
    canDownload: raw.PreferencesAllowOriginalDownload !== false,
  };
}

/** Whether a public link still opens the file. */
export function isLive({ expiresAt }: Distribution, now: Date): boolean {
  const at = instantOf(expiresAt);
  return at === null || at > now;
}

interface Person {
  email: string | null;
  isExternal: boolean;
}

/** What is known of the people that files are shared with; each is asked for once. */
export class People {
  readonly #context: Context;
  readonly #known = new Map<string, Person>();
  #anyExternal: Promise<boolean> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  async learn(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => isOf("user", id) && !this.#known.has(id));
    for (const some of slices(missing)) {
      const q = soql`SELECT Id, Email, UserType FROM User WHERE Id IN ${some}`;
      for (const raw of await readAll(this.#context, "people", q))
        this.#known.set(needId(raw.Id, "records.Id"), {
          email: textOf(raw.Email),
          isExternal: externalTypes.has(textOf(raw.UserType) ?? ""),
        });
    }
  }

  get(id: string): Person | undefined {
    return this.#known.get(id);
  }

  /** Without users of portals or communities, what all users may see stays inside. */
  hasExternalUsers(): Promise<boolean> {
    this.#anyExternal ??= this.#askForExternalUsers();
    return this.#anyExternal;
  }

  async #askForExternalUsers(): Promise<boolean> {
    const q = soql`SELECT Id FROM User WHERE IsActive = true AND UserType IN ${[...externalTypes]} LIMIT 1`;
    return (await readAll(this.#context, "external users", query(q))).length > 0;
  }
}
