import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";
import { defineVocabulary, type Phrase } from "#src/connector-kit/vocabulary.ts";

/**
 * The log names the task a person used, and of tasks a tenant has thousands. Those that matter most have a sentence of
 * their own here, the rest is read from the grammar of task names. `{target}` is whom or what it was done to.
 */
const tasks: Readonly<Record<string, string>> = {
  "view worker profile": "{actor} viewed the profile of {target}",
  "find workers": "{actor} searched for workers",
  home: "{actor} opened the home page",
  "my payslips": "{actor} viewed their payslips",
  "workday system status": "{actor} viewed the system status of Workday",
  "request time off": "{actor} requested time off",
  "enter my time": "{actor} entered working time",
  "run report": "{actor} ran a report[ on {target}]",
  "export to excel": "{actor} exported data to Excel[ on {target}]",
  "change contact information": "{actor} changed the contact information[ of {target}]",
  "change (my password|password)": "{actor} changed their Workday password",
  "manage password challenge questions": "{actor} changed their password challenge questions",
  "(add|change|delete) my account": "{actor} {did} a bank account of their own",
  "change my election": "{actor} changed how their pay is paid out",
  "manage payment elections": "{actor} managed how pay is paid out[ to {target}]",
  "sign out": "{actor} signed out of Workday",
  "start new session": "{actor} started a new session in Workday",
  "view api clients": "{actor} viewed the registered API clients",
  "(register|edit|disable|delete) api client": "{actor} {did} an API client[ {target}]",
  "(register|edit) api client for integrations": "{actor} {did} an API client for integrations[ {target}]",
  "manage refresh tokens for integrations": "{actor} managed the refresh tokens of an integration[: {target}]",
  "edit tenant setup - (security|system)": "{actor} edited the {words} set-up of the tenant",
  "maintain password rules": "{actor} changed the password rules",
  "maintain ip ranges": "{actor} changed the IP ranges",
  "create x509 public key": "{actor} created an X.509 public key[: {target}]",
  "create integration system user": "{actor} created an integration system user[ {target}]",
  "(create|edit|delete) security group": "{actor} {did} a security group[ {target}]",
  "maintain domain permissions for security group":
    "{actor} changed the domain permissions of a security group[ {target}]",
  "edit domain security policy permissions": "{actor} edited the permissions of a domain security policy[: {target}]",
  "assign user-based security groups for person": "{actor} assigned security groups[ to {target}]",
  "assign users to user-based security group": "{actor} assigned users to a security group[: {target}]",
  "assign roles": "{actor} assigned roles[ to {target}]",
  "edit workday account": "{actor} edited the Workday account[ of {target}]",
  "edit workday account (web service)": "{actor} edited the Workday account[ of {target}] through the API",
  "create workday account": "{actor} created a Workday account[ for {target}]",
  "activate pending security policy changes": "{actor} activated pending security policy changes",
  "activate previous security timestamp": "{actor} went back to earlier security policies",
  "manage authentication policies": "{actor} opened the authentication policies",
  "activate all pending authentication policy changes": "{actor} activated pending authentication policy changes",
  "start proxy": "{actor} started to act as another person[: {target}]",
  "stop proxy": "{actor} stopped acting as another person",
  "hire employee": "{actor} hired[ {target} as] an employee",
  "terminate employee": "{actor} terminated the employment[ of {target}]",
  "submit oauth 2.0 consent (web service)": "{actor} allowed an API client to act for them",
};

/** By the action that the log names, where the name of the task does not. */
const actions: Readonly<Record<string, string>> = {
  READ: "viewed {task}[ of {person}][: {item}]",
  WRITE: "submitted {task}[ for {person}][: {item}]",
  CREATE: "created data with {task}[ for {person}][: {item}]",
  UPDATE: "changed data with {task}[ for {person}][: {item}]",
  DELETE: "deleted data with {task}[ of {person}][: {item}]",
  DOWNLOAD: "downloaded data with {task}[ of {person}][: {item}]",
  OTHER: "used {task}[ on {target}]",
};

/** First words of tasks that show something, and what they are in a sentence. */
const looking = new Map([
  ["view", "viewed"],
  ["find", "looked up"],
  ["search", "searched"],
  ["get", "read"],
  ["list", "listed"],
  ["my", "viewed their"],
  ["run", "ran"],
  ["download", "downloaded"],
  ["export", "exported"],
  ["print", "printed"],
]);

/** Those that change something, where their past tense is not a verb's own. */
const changing = new Map([
  ["post", "posted"],
  ["put", "wrote"],
]);

const methods: Readonly<Record<string, string>> = {
  GET: "read",
  POST: "sent data to",
  PUT: "replaced",
  PATCH: "changed",
  DELETE: "deleted",
};

/** The reading of this log through the API, by whomever: `privacy/activityLogging/userActivity (GET) (v1 - )`. */
const logReading = /^privacy\/activityLogging\b/i;
/** `staffing/workers (GET) (v6 - )`: a resource of the REST API. */
const restCall = /^(\S+\/\S+) \((GET|POST|PUT|PATCH|DELETE)\)(?: \(.*\))?$/i;
/** `Get_Workers (Web Service)`: an operation of the SOAP API. */
const webService = /^(.+?) \(Web Service\)$/i;
/** `getEditResult -> get edit result (System)`: what the user interface does by itself. */
const systemCall = /^(?:.* -> )?(.+?) \(System\)$/i;

const administrativeVerb =
  /^(activate|add|assign|change|configure|copy|create|deactivate|delete|disable|edit|enable|generate|import|lock|maintain|manage|put|register|remove|rename|reset|revoke|set up|unassign|unlock|update)\b/i;
const administrativeNoun =
  /\b(tenant setup|security (groups?|polic|segments?|timestamp)|domain (security|permissions)|authentication polic|proxy access polic|api clients?|refresh tokens?|oauth|saml|identity providers?|x\.?509|public keys?|certificates? for|password rules|ip ranges?|multi-?factor|workday accounts?|user accounts?|integration system|business process|role assignments?|roles\b)/i;

const vocabulary = defineVocabulary({
  tables: [{ events: tasks }],
  exceptions: [
    // A task that changes something is also logged when its form is opened, as READ. Web services have no forms.
    (_, action, written) => {
      const name = tidy(written);
      const isForm =
        action === "READ" && !webService.test(name) && !systemCall.test(name) && changedBy(split(name).verb) !== null;
      return isForm ? about("opened the task {task}[ for {person}][: {item}]", name) : null;
    },
  ],
  rules: [
    (type) => (logReading.test(type) ? "{actor} read the user activity log through the API" : null),
    (_, __, written) => restSentence(written),
    (_, __, written) => systemSentence(written),
    (_, __, written) => serviceSentence(tidy(written)),
    (_, action, written) => verbSentence(tidy(written), action),
    (_, action, written) => (written && actions[action] ? about(actions[action], tidy(written)) : null),
  ],
  guess: (_, __, written) => about("did {task}[ ({action})][ on {target}]", tidy(written) || "something"),
  categoryOf,
  // Keys have no brackets: they would offer alternatives.
  spell: (name) => tidy(name).toLowerCase().replace(/[()]/g, ""),
});

/** `{action}`, `{target}`, `{person}` and `{item}` are left to the row; a person and an item are targets, distinguished. */
export function taskPhrase(name: string | null, action: string | null): Phrase {
  const known = action?.toUpperCase() ?? "";
  return vocabulary.phraseOf(name ?? "", Object.hasOwn(actions, known) ? known : "");
}

/** Names of tasks may hold what a template would take for places of its own. */
function about(template: string, task: string): string {
  return `{actor} ${template}`.replace("{task}", () => task.replace(/[{}[\]]/g, ""));
}

function restSentence(name: string): string | null {
  const [, resource = "", method = ""] = restCall.exec(name) ?? [];
  const verb = methods[method.toUpperCase()];
  return verb === undefined ? null : about(`${verb} {task} through the API[ for {person}][: {item}]`, resource);
}

function systemSentence(name: string): string | null {
  const system = systemCall.exec(name)?.[1];
  return system === undefined ? null : about("used the system task {task}[ on {target}]", system);
}

function serviceSentence(name: string): string | null {
  const service = webService.exec(name)?.[1];
  if (service === undefined) return null;
  if (vocabulary.types.has(service.toLowerCase())) return vocabulary.phraseOf(service).template;
  const { verb, rest } = split(service);
  const past = looking.get(verb) ?? changedBy(verb);
  const template = "{task} through a web service[ for {person}][: {item}]";
  return past === null || rest === "" ? about(`used ${template}`, service) : about(`${past} ${template}`, rest);
}

function verbSentence(name: string, action: string): string | null {
  const { verb, rest } = split(name);
  // `Launch / Schedule Integration` has no first word to make a sentence of.
  if (!/^[\p{L}\p{N}]/u.test(rest) || (verb === "my" && action === "WRITE")) return null;
  const task = rest.replace(/^My /, "their ");
  const looked = looking.get(verb);
  if (looked !== undefined) return about(`${looked} {task}[ of {person}][: {item}]`, task);
  const past = action === "READ" ? null : changedBy(verb);
  return past === null ? null : about(`${past} {task}[ for {person}][: {item}]`, task);
}

function changedBy(verb: string): string | null {
  if (looking.has(verb) || verb === "open" || verb === "read") return null;
  return changing.get(verb) ?? pastTense(verb);
}

function split(name: string): { verb: string; rest: string } {
  const [, verb = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(name) ?? [];
  return { verb: verb.toLowerCase(), rest };
}

/** Operations of web services are spelled with underscores or spaces, set-up tasks with either dash. */
function tidy(name: string): string {
  const plain = name
    .replace(/\s+/g, " ")
    .replace(/ [–—] /g, " - ")
    .trim();
  return webService.test(plain) || !plain.includes(" ") ? plain.replace(/_/g, " ") : plain;
}

export function isLogReading(task: string): boolean {
  return logReading.test(task);
}

/** Workday does not part administration from use: tasks that change who may do what are administration. */
function categoryOf(task: string): ActivityCategory {
  if (/^(sign out|start new session)\b/.test(task)) return "LOG_ON";
  if (/^(start|stop) proxy\b/.test(task)) return "ADMIN";
  return administrativeVerb.test(task) && administrativeNoun.test(task) ? "ADMIN" : "USER";
}
