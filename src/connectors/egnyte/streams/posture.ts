import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { instantOf, type Json, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { byIndex, byLinkOffset, each, folderPath, linksPath, usersPath } from "../api.ts";
import { audience, isTrue } from "../map.ts";

const inactiveMs = 90 * 86_400_000;
/** So many names are kept as evidence. */
const enoughNames = 50;
/** Folders are read one by one, and the calls of a day are few. */
const enoughFolders = 25;

export interface Found {
  count: number;
  /** The first fifty. */
  names: string[];
}

/** What checks look at. */
export interface Facts {
  people: {
    active: number;
    admins: Found;
    inactive: Found;
    inactiveAdmins: Found;
    passwordSignIn: Found;
    serviceAdmins: Found;
    locked: Found;
    guestsWithoutEnd: Found;
  };
  publicLinks: { total: number; withoutEnd: Found; toFolders: Found };
  folders: { total: number; read: number; openToLinks: Found };
  permissions: { total: number; read: number; toSinglePeople: Found; broad: Found };
}

/** Accounts, public links, and the first top folders with their permissions: at most 55 calls beside those of the listings. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const items = await readSettings(context, {
    people: () => peopleOf(context),
    publicLinks: () => publicLinksOf(context),
    folders: () => foldersOf(context),
    permissions: () => permissionsOf(context),
  });
  yield { items, cursor: null };
};

function nobody(): Found {
  return { count: 0, names: [] };
}

function note(found: Found, name: string): void {
  found.count += 1;
  if (found.names.length < enoughNames) found.names.push(name);
}

async function peopleOf(context: StreamContext): Promise<Facts["people"]> {
  const found = {
    ...{ active: 0, admins: nobody(), inactive: nobody(), inactiveAdmins: nobody(), passwordSignIn: nobody() },
    ...{ serviceAdmins: nobody(), locked: nobody(), guestsWithoutEnd: nobody() },
  };
  const since = context.now().getTime() - inactiveMs;
  for await (const record of each(context, "users", usersPath, byIndex)) {
    const user = needObject(record, "resources");
    const name = textOf(user.userName) ?? textOf(user.email) ?? String(user.id);
    if (isTrue(user.locked)) note(found.locked, name);
    if (!isTrue(user.active)) continue;
    found.active += 1;
    const isAdmin = user.userType === "admin";
    const isService = isTrue(user.isServiceAccount);
    const isUnused = (instantOf(user.lastActiveDate) ?? instantOf(user.createdDate) ?? context.now()).getTime() < since;
    if (isAdmin) note(found.admins, name);
    if (isAdmin && isService) note(found.serviceAdmins, name);
    if (isUnused) note(isAdmin ? found.inactiveAdmins : found.inactive, name);
    if (user.authType === "egnyte" && !isService && audience(user) === "inside") note(found.passwordSignIn, name);
    if (audience(user) === "outside" && instantOf(user.expiryDate) === null) note(found.guestsWithoutEnd, name);
  }
  return found;
}

/** Source: https://developers.egnyte.com/docs/read/Egnyte_Link_API_Documentation */
async function publicLinksOf(context: StreamContext): Promise<Facts["publicLinks"]> {
  const found = { total: 0, withoutEnd: nobody(), toFolders: nobody() };
  for await (const record of each(
    context,
    "links",
    { url: linksPath, query: { accessibility: "anyone" } },
    byLinkOffset,
  )) {
    const link = needObject(record, "links");
    if (link.accessibility !== "anyone") continue;
    found.total += 1;
    const name = textOf(link.path) ?? String(link.id);
    const ends = instantOf(link.expiry_date) !== null || Number(link.expiry_clicks) > 0;
    if (!ends) note(found.withoutEnd, name);
    if (link.type === "folder") note(found.toFolders, name);
  }
  return found;
}

/** Source: https://developers.egnyte.com/docs/File_System_Management_API_Documentation */
async function topFolders(context: StreamContext): Promise<{ paths: string[]; total: number }> {
  const query = { list_content: true, count: 100, offset: 0 };
  const { body } = await context.http.get("/pubapi/v1/fs/Shared", { query });
  const listed = needList(objectOf(body).folders ?? [], "folders").flatMap(
    (folder) => textOf(objectOf(folder).path) ?? [],
  );
  return { paths: listed.slice(0, enoughFolders), total: listed.length };
}

async function foldersOf(context: StreamContext): Promise<Facts["folders"]> {
  const { paths, total } = await topFolders(context);
  const openToLinks = nobody();
  for (const path of paths) {
    const query = { list_content: false };
    const { body } = await context.http.get(`/pubapi/v1/fs/${folderPath(path)}`, { query });
    if (needObject(body, path).public_links === "files_folders") note(openToLinks, path);
  }
  return { total, read: paths.length, openToLinks };
}

/** Groups that hold everybody of a kind, and what lets them change or share everything below. */
const broadGroups = new Set(["all power users", "all standard users", "all users", "everyone"]);
const strong = new Set(["full", "owner"]);

/** Source: https://developers.egnyte.com/docs/Egnyte_Permissions_API_Documentation */
async function permissionsOf(context: StreamContext): Promise<Facts["permissions"]> {
  const { paths, total } = await topFolders(context);
  const found = { total, read: paths.length, toSinglePeople: nobody(), broad: nobody() };
  for (const path of paths) {
    const body: Json = needObject((await context.http.get(`/pubapi/v2/perms/${folderPath(path)}`)).body, path);
    const given = (value: unknown) => Object.entries(objectOf(value)).map(([name, level]) => [name, String(level)]);
    if (given(body.userPerms).some(([, level]) => level !== "None")) note(found.toSinglePeople, path);
    const isBroad = ([name = "", level = ""]: string[]) =>
      broadGroups.has(name.toLowerCase()) && strong.has(level.toLowerCase());
    if (given(body.groupPerms).some(isBroad)) note(found.broad, path);
  }
  return found;
}
