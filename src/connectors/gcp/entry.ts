/** Places of an audit log entry: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
import { type Json, listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { deedOf, spell } from "./methods.ts";
import { resourceName } from "./resources.ts";

export interface Entry {
  event: Json;
  payload: Json;
  /** As the entry has it. */
  method: string;
  resource: string;
  labels: Json;
}

export function entryOf(event: Json): Entry {
  const payload = objectOf(event.protoPayload);
  return {
    event,
    payload,
    method: textOf(payload.methodName) ?? "",
    // A perimeter names the project; what the caller wanted to reach stands beside.
    resource: textOf(listOf(valueAt(payload, "metadata.resourceNames"))[0]) ?? textOf(payload.resourceName) ?? "",
    labels: objectOf(objectOf(event.resource).labels),
  };
}

/** A parameter of an event that Google Workspace shares; the first value of one with several. */
export function parameterOf({ payload }: Entry, ...names: readonly string[]): string | null {
  for (const name of names)
    for (const event of listOf(valueAt(payload, "metadata.event")))
      for (const one of listOf(objectOf(event).parameter)) {
        const parameter = objectOf(one);
        if (textOf(parameter.name)?.toLowerCase() !== name.toLowerCase()) continue;
        const value = textOf(parameter.value) ?? textOf(listOf(parameter.multiStrValue)[0]);
        if (value !== null) return value;
      }
  return null;
}

/** One change of who holds a role: `{ action: "ADD", role: "roles/owner", member: "user:eve@other.example" }` */
export interface BindingDelta {
  isAddition: boolean;
  role: string;
  member: string;
}

export function deltasOf({ payload }: Entry): BindingDelta[] {
  const places = [
    "serviceData.policyDelta",
    "metadata.policyDelta",
    "metadata.datasetChange",
    "metadata.tableChange",
    "response.policyDelta",
  ];
  return places
    .flatMap((place) => listOf(valueAt(payload, `${place}.bindingDeltas`)))
    .map(objectOf)
    .flatMap(({ action, role, member }) => {
      const [held, holder] = [textOf(role), textOf(member)];
      return held && holder ? [{ isAddition: action !== "REMOVE", role: held, member: holder }] : [];
    });
}

/** What an entry is about: a resource, or what was made inside one. */
export interface Subject {
  type: string;
  /** Null for what was made and has no name of its own in the entry. */
  id: string | null;
  name: string | null;
}

/** Null where the entry names only the place in which something was done. */
export function subjectOf(entry: Entry): Subject | null {
  const { payload, resource, labels } = entry;
  if (objectOf(payload.metadata).event !== undefined) {
    const name = parameterOf(
      entry,
      "USER_EMAIL",
      "GROUP_EMAIL",
      "ROLE_NAME",
      "APP_NAME",
      "DOMAIN_NAME",
      "SETTING_NAME",
    );
    return name === null ? null : { type: deedOf(spell(entry.method))?.noun ?? "setting", id: null, name };
  }
  if (resource === "") return null;
  const { kind, name } = resourceName(resource);
  const noun = deedOf(spell(entry.method))?.noun ?? null;
  const isPlace = /^(project|folder|organization|location|zone|region|namespace|resource)$/.test(kind);
  if (isPlace && noun !== null && !noun.endsWith(kind)) return madeIn(entry, noun);
  const friendly = /^\d{6,}$/.test(name)
    ? [labels.email_id, labels.bucket_name, labels.instance_name, labels.cluster_name].map(textOf).find(Boolean)
    : null;
  return { type: kind, id: resource, name: friendly ?? name };
}

export const targetNameOf = (entry: Entry): string | null => subjectOf(entry)?.name ?? null;

function madeIn({ payload }: Entry, type: string): Subject | null {
  const id = textOf(valueAt(payload, "response.name"));
  const places = ["response.email", "response.displayName", "response.name", "request.name", "request.sink.name"];
  const found = places.map((place) => textOf(valueAt(payload, place))).find(Boolean);
  return found ? { type, id, name: found.split("/").at(-1) ?? found } : null;
}

/** The service account that is made, changed or used: by its address, where the entry has it. */
export function accountNameOf(entry: Entry): string | null {
  const { labels, payload, resource } = entry;
  const [, inPath] = /\/serviceAccounts\/([^/]+)/.exec(resource) ?? [];
  const names = [labels.email_id, valueAt(payload, "response.email"), inPath].map(textOf);
  return names.find((name) => name?.includes("@")) ?? names.find(Boolean) ?? null;
}

/** The project, folder or organization that the entry is of: `projects/acme-prod`. Resources may name it by its number. */
export function containerOf({ event, labels, resource }: Entry): string | null {
  const named = resourceName(resource).container;
  const project = textOf(labels.project_id);
  const log = /^((?:projects|folders|organizations|billingAccounts)\/[^/]+)\/logs\//.exec(
    textOf(event.logName) ?? "",
  )?.[1];
  const found = [named, project && `projects/${project}`, log ?? null].filter((one) => one !== null && one !== "");
  return found.find((one) => !/^projects\/\d+$/.test(one ?? "")) ?? found[0] ?? null;
}
