import type { Db } from "#db/client.ts";
import type { PolicyKind } from "#db/tables/policies.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import {
  includedKinds,
  isNotification,
  isProviderAction,
  type TargetKind,
  targetOf,
  weakerOpposite,
} from "./action-kinds.ts";
import { checkParameters } from "./action-parameters.ts";
import { findContradictions } from "./contradictions.ts";
import { type Draft, filterArguments, type PolicyInput } from "./draft.ts";
import { checkFileParts } from "./files/check.ts";
import type { Problems } from "./problems.ts";
import { findMissing, findMissingInstances, findMissingRows } from "./references.ts";
import { decodeScope, type PolicyScope } from "./scope.ts";
import type { SigmaFacts } from "./sigma.ts";
import { readAppFilter, readFilter } from "./stored-filter.ts";

const maxName = 200;
const maxDescription = 4000;
const maxScope = 1000;
export const maxThresholdCount = 10_000;
const maxWindowSeconds = 7 * 24 * 60 * 60;

/** Everything wrong with a policy that is to be stored; `input` is what was asked for, for what is left of it. */
export async function checkDraft(
  db: Db,
  viewer: Viewer,
  draft: Draft,
  input: PolicyInput,
  problems: Problems,
  now: Date,
): Promise<void> {
  if (draft.name === "" || draft.name.length > maxName || /\p{Cc}/u.test(draft.name))
    problems.add(`A policy needs a name, one line of at most ${maxName} characters.`, ["input", "name"]);
  if (draft.description.length > maxDescription)
    problems.add(`At most ${maxDescription} characters.`, ["input", "description"]);
  checkParts(draft, input, problems);
  await checkFilter(db, viewer, draft, problems, now);
  if (draft.threshold) checkThreshold(draft.threshold, problems);
  for (const name of ["include", "exclude"] as const)
    if (draft[name]) await checkScope(db, viewer, draft, draft[name], ["input", name], problems);
  checkActions(draft, problems);
  const { maxTargetsPerDay } = draft;
  if (maxTargetsPerDay < 0 || maxTargetsPerDay > 10_000)
    problems.add("Must be between 0 (a person approves each) and 10,000.", ["input", "maxTargetsPerDay"]);
}

/** What does not belong to a policy of its kind. */
function checkParts({ kind, threshold, sensitivity, content }: Draft, input: PolicyInput, problems: Problems): void {
  for (const name of ["activityFilter", "oauthAppFilter", "fileFilter"] as const)
    if (input[name] != null && name !== filterArguments[kind])
      problems.add(
        `A policy of the kind ${kind} takes ${filterArguments[kind] ? `\`${filterArguments[kind]}\`` : "no filter"}.`,
        ["input", name],
      );
  if (threshold && kind !== "ACTIVITY")
    problems.add("Only policies of the kind ACTIVITY count towards a threshold.", ["input", "threshold"]);
  if (content && kind !== "FILE")
    problems.add("Only policies of the kind FILE look at content.", ["input", "contentCondition"]);
  if (sensitivity && kind !== "ANOMALY")
    problems.add("Only anomaly detections have a sensitivity.", ["input", "sensitivity"]);
  if (input.sigma != null && kind !== "SIGMA")
    problems.add("Only policies of the kind SIGMA are made of a Sigma rule.", ["input", "sigma"]);
}

async function checkFilter(db: Db, viewer: Viewer, draft: Draft, problems: Problems, now: Date): Promise<void> {
  const argument = filterArguments[draft.kind];
  if (!argument) return;
  const field = ["input", argument];
  if (!draft.filter) problems.add("Say which; `{}` means all.", field);
  else if (draft.kind === "ACTIVITY") await checkActivityFilter(db, viewer, draft.filter, field, problems, now);
  else if (draft.kind === "FILE") await checkFileParts(db, viewer, draft, problems);
  else if (draft.kind === "OAUTH_APP") {
    const filter = readAppFilter(draft.filter, field, problems);
    await findMissingInstances(db, viewer, { instanceIds: filter.instanceIds ?? null }, field, problems);
  }
}

/** For policies and suppressions alike. The filter as it is read; null when there are problems with its form. */
export async function checkActivityFilter(
  db: Db,
  viewer: Viewer,
  stored: unknown,
  field: string[],
  problems: Problems,
  now: Date,
): Promise<ActivityFilter | null> {
  const before = problems.found.length;
  const filter = readFilter(stored, field, problems);
  if (problems.found.length > before) return null;
  findContradictions(filter, field, problems, now);
  await findMissing(db, viewer, filter, field, problems);
  return filter;
}

function checkThreshold(threshold: NonNullable<Draft["threshold"]>, problems: Problems): void {
  const field = (name: string) => ["input", "threshold", name];
  if (threshold.count < 2 || threshold.count > maxThresholdCount)
    problems.add(
      `Must be between 2 and ${maxThresholdCount.toLocaleString("en")}; omit the threshold to raise an alert for each match.`,
      field("count"),
    );
  if (threshold.windowSeconds < 1 || threshold.windowSeconds > maxWindowSeconds)
    problems.add(
      `Must be between 1 second and 7 days (${maxWindowSeconds.toLocaleString("en")}).`,
      field("windowSeconds"),
    );
}

async function checkScope(
  db: Db,
  viewer: Viewer,
  draft: Draft,
  scope: PolicyScope,
  field: string[],
  problems: Problems,
): Promise<void> {
  for (const [name, ids] of Object.entries(scope))
    if (ids.length > maxScope) {
      problems.add(`At most ${maxScope} ids.`, [...field, name]);
      return;
    }
  if (scope.folderIds?.length && draft.kind !== "FILE") {
    problems.add("Only policies of the kind FILE can be limited to folders.", [...field, "folderIds"]);
    return;
  }
  if (draft.kind === "OAUTH_APP" && scope.userIds.length + scope.groupIds.length > 0) {
    problems.add("A policy over apps can be limited to instances only.", [...field, "userIds"]);
    return;
  }
  const decoded = problems.check(() => decodeScope(scope, field));
  if (!decoded) return;
  const accounts = (keys: ReadonlySet<string>) =>
    [...keys].map((key) => {
      const slash = key.indexOf("/");
      return { instanceId: Number(key.slice(0, slash)), externalId: key.slice(slash + 1) };
    });
  await findMissingInstances(db, viewer, { instanceIds: [...decoded.instances] }, field, problems);
  await findMissingRows(db, viewer, "files", accounts(decoded.folders), [...field, "folderIds"], problems);
  await findMissingRows(db, viewer, "users", accounts(decoded.users), [...field, "userIds"], problems);
  await findMissingRows(db, viewer, "groups", accounts(decoded.groups), [...field, "groupIds"], problems);
}

function checkActions({ kind, actions, threshold, sigmaFacts }: Draft, problems: Problems): void {
  const field = ["input", "actions"];
  if (actions.length > 10) {
    problems.add("At most 10 actions.", field);
    return;
  }
  const kinds = actions.map((action) => action.kind);
  actions.forEach((action, index) => {
    const at = [...field, String(index)];
    const { parameters } = action;
    if (parameters !== null && (typeof parameters !== "object" || Array.isArray(parameters)))
      problems.add("Parameters are an object.", [...at, "parameters"]);
    else if (parameters !== null && JSON.stringify(parameters).length > 10_000)
      problems.add("Parameters are at most 10,000 characters.", [...at, "parameters"]);
    else problems.check(() => checkParameters(action.kind, parameters, [...at, "parameters"]));
    if (kinds.indexOf(action.kind) < index && action.kind !== "NOTIFY_ADDRESSES")
      problems.add(`${action.kind} is named twice.`, [...at, "kind"]);
    if (!isProviderAction(action.kind) && !isNotification(action.kind)) {
      problems.add(`Policies does not support ${action.kind}.`, [...at, "kind"]);
      return;
    }
    const target = targetOf(action.kind);
    const { target: found, name: findings } = findingsOf[kind];
    if (target !== "addresses" && target !== found)
      problems.add(
        `${action.kind} needs ${target === "user" ? "an account" : target === "file" ? "a file" : "an app"}; a policy of the kind ${kind} finds ${findings}.`,
        [...at, "kind"],
      );
    else if (target === "user" && threshold && !threshold.sameUser)
      problems.add(`${action.kind} needs one account: count by user (\`sameUser\`).`, [...at, "kind"]);
    else if (target === "user" && (sigmaFacts as SigmaFacts | null)?.correlation)
      problems.add(`${action.kind} needs one account; a correlation may be of many.`, [...at, "kind"]);
    const weaker = weakerOpposite[action.kind];
    if (weaker && kinds.includes(weaker))
      problems.add(`${action.kind} and ${weaker} undo each other.`, [...at, "kind"]);
    const included = includedKinds[action.kind]?.find((one) => kinds.includes(one));
    if (included) problems.add(`${action.kind} includes ${included}: name one of them.`, [...at, "kind"]);
  });
}

/** What policies of a kind find, and what actions can be done to it. */
const findingsOf: Readonly<Record<PolicyKind, { target: TargetKind; name: string }>> = {
  OAUTH_APP: { target: "oauthApp", name: "apps" },
  FILE: { target: "file", name: "files" },
  ACTIVITY: { target: "user", name: "accounts" },
  SIGMA: { target: "user", name: "accounts" },
  ANOMALY: { target: "user", name: "accounts" },
};
