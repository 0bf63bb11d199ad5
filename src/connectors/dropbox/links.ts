import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import { instantOf, needObject, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { asMember, byCursor, call, inTeamSpace, readAll, tagAt } from "./api.ts";
import { once, type Team } from "./team.ts";

/** A shared link. */
export interface Link {
  url: string;
  /** Of the file or folder it leads to; null where Dropbox does not show it. */
  fileId: string | null;
  audience: SharingLevel;
  /** In Dropbox's words, to set it again: `public`, `team`, `no_one`. */
  stated: "public" | "team" | "no_one";
  access: string | null;
  expiresAt: Date | null;
  password: boolean;
  canDownload: boolean;
  /** The member who made it, and alone may change it. */
  madeBy: string;
}

const route = "sharing/list_shared_links";
const page = byCursor("links", { continueAt: route });

/**
 * Shared links by the file they lead to. Dropbox lists them for the member who made them: who has access to something may have made links to
 * it, so these are asked for, each once in a run.
 * Source: https://www.dropbox.com/developers/documentation/http/documentation#sharing-list_shared_links
 */
export class Links {
  readonly #context: Context;
  readonly #team: Team;
  readonly #made = new Map<string, Promise<readonly Link[] | null>>();

  constructor(context: Context, team: Team) {
    this.#context = context;
    this.#team = team;
  }

  /** Null when nobody can act as the member. A person who never joined has none. */
  madeBy(memberId: string): Promise<readonly Link[] | null> {
    return once(this.#made, memberId, () => this.#read(memberId));
  }

  async #read(memberId: string): Promise<readonly Link[] | null> {
    const member = await this.#team.member(memberId);
    if (!member?.isActive) return null;
    // Those in the team space, where there is one, and those in the member's home.
    const { teamSpaceId } = await this.#team.admin();
    const places = [{}, ...(teamSpaceId === null ? [] : [inTeamSpace(teamSpaceId)])];
    const found = new Map<string, Link>();
    for (const place of places) {
      const first = call(route, {}, { ...asMember(memberId), ...place });
      const links = await ifThere(() => readAll(this.#context, "links", first, page));
      if (links === null) return null;
      for (const [index, record] of links.entries()) {
        const link = toLink(record, `links[${index}]`, memberId);
        found.set(link.url, link);
      }
    }
    return [...found.values()];
  }
}

const levels: Readonly<Record<string, SharingLevel>> = {
  public: "PUBLIC",
  password: "PUBLIC",
  team: "INTERNAL",
  team_only: "INTERNAL",
  team_and_password: "INTERNAL",
  members: "PRIVATE",
  shared_folder_only: "PRIVATE",
  no_one: "PRIVATE",
  only_you: "PRIVATE",
};

export function toLink(record: unknown, path: string, madeBy: string): Link {
  const raw = needObject(record, path);
  const permissions = objectOf(raw.link_permissions);
  const audience = tagAt(permissions, "effective_audience") ?? tagAt(permissions, "resolved_visibility");
  // What nobody states to be narrower is open.
  const level = levels[audience ?? ""] ?? "PUBLIC";
  return {
    url: needText(raw.url, `${path}.url`),
    fileId: textOf(raw.id),
    audience: level,
    stated: level === "PUBLIC" ? "public" : level === "INTERNAL" ? "team" : "no_one",
    access: tagAt(permissions, "link_access_level"),
    expiresAt: instantOf(raw.expires),
    password: permissions.require_password === true || audience === "password" || audience === "team_and_password",
    canDownload: permissions.allow_download !== false,
    madeBy: textOf(valueAt(raw, "team_member_info.member_id")) ?? madeBy,
  };
}

export function isOver({ expiresAt }: Link, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

const order: readonly SharingLevel[] = ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"];

export function wider(one: SharingLevel, other: SharingLevel): SharingLevel {
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** Whom links open something to, without those that have ended. */
export function audienceOf(links: readonly Link[], now: Date): SharingLevel {
  return links
    .filter((link) => !isOver(link, now))
    .reduce((level, one) => wider(level, one.audience), "PRIVATE" as SharingLevel);
}
