import { type Db, rawSql } from "#db/client.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { isDigest } from "#src/detection/policies/action-kinds.ts";
import { type ActionRequest, type Planned, planActions } from "./plan.ts";

/** Checks requests without storing anything, with what they would change. Throws what `planActions` throws. */
export async function dryRunActions(
  core: Pick<Core, "db" | "mail">,
  viewer: Viewer,
  requests: readonly ActionRequest[],
): Promise<(Planned & { effects: string[] })[]> {
  const plans = await planActions(core, viewer, requests);
  const effects = await effectsOf(core.db, plans);
  return plans.map((plan, index) => ({ ...plan, effects: effects[index]! }));
}

interface Known {
  instanceId: number;
  fileId: string;
  sharing: string | null;
  link: string | null;
  path: string | null;
  labels: string[];
  trashed: boolean;
  quarantined: boolean;
  people: { name: string; external: boolean; inherited: boolean | null; owner: boolean }[] | null;
  recipients: { owner: string | null; editor: string | null };
}

const maxNames = 5;

/** What actions would change on files, in sentences, from what is known of them; none for actions on other things. In the order of the plans. */
async function effectsOf(db: Db, plans: readonly Planned[]): Promise<string[][]> {
  const onFiles = plans.filter(({ fileId }) => fileId != null);
  if (onFiles.length === 0) return plans.map(() => []);
  const rows = await rawSql(db)<Known[]>`
    select f.instance_id as "instanceId", f.external_id as "fileId", f.sharing, f.link_audience as link, f.path, f.labels, f.trashed_at is not null as trashed,
      f.quarantined, (select json_agg(json_build_object('name', coalesce(c.email, c.domain, c.principal_id, 'anyone'), 'external', c.external, 'inherited', c.inherited,
        'owner', c.role = 'OWNER') order by c.principal, c.key) from file_collaborators c where c.instance_id = f.instance_id and c.file_id = f.external_id) as people,
      json_build_object('owner', (select email from users u where u.instance_id = f.instance_id and u.external_id = f.owner_id),
        'editor', (select email from users u where u.instance_id = f.instance_id and u.external_id = f.editor_id)) as recipients
    from files f where (f.instance_id, f.external_id) in (
      select * from unnest(${onFiles.map(({ instanceId }) => instanceId)}::int[], ${onFiles.map(({ fileId }) => fileId as string)}::text[]))`;
  const known = new Map(rows.map((row) => [`${row.instanceId}/${row.fileId}`, row]));
  return plans.map((plan) => {
    if (plan.fileId == null) return [];
    const file = known.get(`${plan.instanceId}/${plan.fileId}`);
    return file ? effects(plan, file) : ["The file is not known; the app is asked about it first."];
  });
}

function effects({ kind, parameters }: Planned, file: Known): string[] {
  const people = (file.people ?? []).filter(({ owner }) => !owner);
  const own = people.filter(({ inherited }) => inherited !== true);
  const link = file.link === null ? [] : [`The link for ${audience(file.link)} is removed.`];
  const lose = (some: typeof people) =>
    some.length === 0 ? [] : [`${count(some.length)} access: ${names(some.map(({ name }) => name))}.`];
  const found = (() => {
    switch (kind) {
      case "REMOVE_PUBLIC_SHARING":
        return [...(file.link === "PUBLIC" ? link : []), ...lose(own.filter(({ name }) => name === "anyone"))];
      case "REDUCE_PUBLIC_ACCESS":
        return file.link === "PUBLIC" ? ["The link opens the file for members of the organisation only."] : [];
      case "REMOVE_EXTERNAL_USERS":
        return lose(own.filter(({ external, name }) => external && name !== "anyone"));
      case "MAKE_PRIVATE":
        return [...link, ...lose(own)];
      case "QUARANTINE_FILE":
        return file.quarantined ? [] : ["The file moves to the quarantine.", ...link, ...lose(own)];
      case "TRASH_FILE":
        return file.trashed ? [] : ["The file moves to the trash of the app.", ...lose(own)];
      case "EXPIRE_SHARED_LINK":
        return file.link === null ? [] : [`The link for ${audience(file.link)} ends.`];
      case "SET_SHARED_LINK_ACCESS":
        return file.link === parameters.audience
          ? []
          : [`The link opens the file for ${audience(parameters.audience)}.`];
      case "APPLY_LABEL":
        return file.labels.includes(String(parameters.label)) ? [] : [`The label "${parameters.label}" is applied.`];
      case "REMOVE_LABEL":
        return file.labels.includes(String(parameters.label)) ? [`The label "${parameters.label}" is removed.`] : [];
      default:
        return null;
    }
  })();
  if (isDigest(kind)) {
    const email = kind === "NOTIFY_FILE_OWNER" ? file.recipients.owner : file.recipients.editor;
    return [`A mail goes to ${email}.`];
  }
  if (found === null) return [];
  return found.length === 0 ? ["Nothing: the file is in that state already."] : found;
}

function audience(level: unknown): string {
  if (level === "PUBLIC") return "anyone";
  return level === "INTERNAL" ? "members of the organisation" : "people who have access";
}

function count(number: number): string {
  return number === 1 ? "1 collaborator loses" : `${number} collaborators lose`;
}

function names(all: readonly string[]): string {
  const more = all.length - maxNames;
  return [...all.slice(0, maxNames), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
