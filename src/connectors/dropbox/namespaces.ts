import { needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";
import { tagOf } from "./api.ts";

/** A tree of files of its own: the home of a member, an app's folder in it, a shared folder, a team folder. What is mounted in it is not part of it. */
export interface Namespace {
  id: string;
  name: string;
  kind: "home" | "team space" | "app" | "shared" | "team";
  /** Whose home or app folder it is; null for what is shared. */
  owner: string | null;
}

const kinds: Readonly<Record<string, Namespace["kind"]>> = {
  team_member_folder: "home",
  team_member_root: "team space",
  app_folder: "app",
  team_folder: "team",
};

/** Source: https://www.dropbox.com/developers/documentation/http/teams#team-namespaces-list */
export function toNamespace(record: unknown, path: string): Namespace {
  const raw = needObject(record, path);
  const id = needText(raw.namespace_id, `${path}.namespace_id`);
  // A kind that Dropbox adds later is read as one that is shared.
  const kind = kinds[tagOf(raw.namespace_type) ?? ""] ?? "shared";
  const isPersonal = kind === "home" || kind === "app";
  return { id, name: textOf(raw.name) ?? id, kind, owner: isPersonal ? textOf(raw.team_member_id) : null };
}

/** Whether it is a folder by itself, which has members and is shared as a whole. */
export function isSharedFolder({ kind }: Pick<Namespace, "kind">): boolean {
  return kind === "shared" || kind === "team";
}

/** A namespace as `container` of files: `3235641`, and with the owner of a home `3235641/dbmid:AAHhy7…`. */
export function containerOf({ id, owner }: Pick<Namespace, "id" | "owner">): string {
  return owner === null ? id : `${id}/${owner}`;
}

/** Throws InvalidInputError for a file that the inventory does not know. */
export function placeOf(container: string | null): Pick<Namespace, "id" | "owner"> {
  const [, id, owner = null] = /^([^/]+)(?:\/(.+))?$/.exec(container ?? "") ?? [];
  if (id) return { id, owner };
  throw new InvalidInputError("Where the file lies is not known: read the files again and repeat the action.", [
    "input",
    "fileId",
  ]);
}

/** Our id of a shared folder or team folder as a whole. */
export function folderIdOf(namespaceId: string): string {
  return `ns:${namespaceId}`;
}

/** The namespace of such an id; null for any other file or folder. */
export function namespaceIn(externalId: string): string | null {
  return /^ns:(.+)$/.exec(externalId)?.[1] ?? null;
}
