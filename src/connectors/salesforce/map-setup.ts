import { actionOf } from "#src/connector-kit/action.ts";
import type { ActivityRecord, ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { needId, needInstant, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { longId } from "./ids.ts";
import { isKnownAction, isSignIn } from "./setup-actions.ts";

/** One change in Setup. `DelegateUser` is the person behind a Login-As session. */
export function toSetupChange(value: unknown, path: string): ActivityRecord {
  const raw = needObject(value, path);
  const action = needText(raw.Action, `${path}.Action`);
  const display = textOf(raw.Display) ?? "";
  const createdBy = personOf(raw);
  const delegate = textOf(raw.DelegateUser);
  const actor = delegate === null ? createdBy : { login: delegate, name: delegate };
  const category = isSignIn(action) ? "LOG_ON" : "ADMIN";
  const template = templateOf(action, display);
  return {
    externalId: needId(raw.Id, `${path}.Id`),
    category,
    action: actionOf(template, category),
    eventType: action,
    description: sentence(template, (word) => (word === "actor" ? actor?.name : null), {
      actor: actor === null ? "Salesforce" : "a user",
    }),
    occurredAt: needInstant(raw.CreatedDate, `${path}.CreatedDate`),
    actor,
    outcome: "SUCCESS",
    ...(delegate !== null || isSignIn(action) ? { impersonated: true } : {}),
    targets: [
      ...targetsOf(display),
      ...(delegate !== null && createdBy?.externalId
        ? [{ type: "user", id: createdBy.externalId, name: createdBy.name ?? null }]
        : []),
    ],
    ...(isKnownAction(action) ? {} : { unmapped: true }),
    raw: value,
  };
}

function personOf(raw: Record<string, unknown>): ActorRecord | null {
  const { Username, Name } = objectOf(raw.CreatedBy);
  const [externalId, login] = [textOf(raw.CreatedById), textOf(Username)];
  const context = textOf(raw.CreatedByContext);
  if (externalId === null && login === null) return context === null ? null : { name: context, isAccount: false };
  return { ...(externalId === null ? {} : { externalId: longId(externalId) }), login, name: textOf(Name) ?? login };
}

/** Braces and brackets of the text are no places of a template. */
const plain = (text: string): string => text.replace(/\s*\(UserID: \[\w+\]\)/g, "").replace(/[{}[\]]/g, "");

/** `Display` with the actor before it: `Changed email for user Bo Lee` → `{actor} changed email for user Bo Lee`. */
function templateOf(action: string, display: string): string {
  const text = plain(display);
  if (text === "") return `{actor} did “${inWords(action)}”`;
  const [, set, verb, user] =
    /^Permission set ((?:group |license )?.+?):? (assigned to|unassigned from|removed from) user ([^,]+)/i.exec(text) ??
    [];
  if (set && verb) {
    const [done, to] = verb === "assigned to" ? ["assigned", "to"] : ["took", "from"];
    return `{actor} ${done} the permission set ${set} ${to} ${user}`;
  }
  const [, whose, what] = /^For user (\S+@\S+|[^,]+), (.+)$/.exec(text) ?? [];
  if (whose && what) return ofUser(whose, what);
  const [first = ""] = text.split(" ", 1);
  const isVerb = /^[A-Z][a-z]+(ed|en)$/.test(first) || /^(Froze|Unfroze|Reset|Set|Made|Ran|Put|Gave|Took)$/.test(first);
  return isVerb ? `{actor} ${first.toLowerCase()}${text.slice(first.length)}` : `{actor} changed the set-up: ${text}`;
}

/** `the User Verified Email status changed to verified`, `the phone number was registered`, `changed marketing user from off to on`. */
function ofUser(whose: string, what: string): string {
  const [, thing, to] = /^the (.+?) (?:was )?changed (.+)$/.exec(what) ?? [];
  if (thing) return `{actor} changed the ${thing} of ${whose} ${to}`;
  const [, object, did] = /^the (.+?) was (\w+ed)$/.exec(what) ?? [];
  if (object) return `{actor} ${did} the ${object} of ${whose}`;
  return /^[a-z]+ed /.test(what) ? `{actor} ${what} for ${whose}` : `{actor} changed the account of ${whose}: ${what}`;
}

/** What the text is about. */
const patterns: readonly [type: string, pattern: RegExp][] = [
  ["user", /\buser (?:account for )?(?!User\b)([^([,]+?) \(UserID: \[(\w+)\]\)/i],
  ["user", /\b(?:for|new|account for) user ([^,:([]+?)(?=$| from | to |,)/i],
  ["permissionSet", /\bpermission set (?:group )?([^:]+?)(?=:| assigned| unassigned|$)/i],
  ["profile", /\b[Cc]hanged profile (?!for\b)([^:]+?):/],
  ["app", /\b[Cc]onnected [Aa]pp (?!Certificate|Callback|Contact|PIN|Mobile)([^:]+?)(?= to | scopes | setting| IP |$)/],
  ["group", /\b(?:Public Group|membership of Group|Queue) ([^:]+?)(?=:|$)/],
  ["role", /\b(?:new role|role for|Deleted role|Changed role) (?!for\b)(.+?)$/],
];

function targetsOf(display: string): ActivityTargetRecord[] {
  const found = new Map<string, ActivityTargetRecord>();
  for (const [type, pattern] of patterns) {
    const [, name, id] = pattern.exec(display) ?? [];
    if (name && !found.has(type)) found.set(type, { type, id: id ? longId(id) : null, name: name.trim() });
  }
  return [...found.values()];
}
