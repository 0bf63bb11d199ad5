import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";

/**
 * The log names the task a person used, and of tasks a tenant has thousands. Those that matter most have a sentence of
 * their own here, the rest is read from the grammar of task names. `{target}` is whom or what it was done to; `{person}`
 * and `{item}` are the same, distinguished.
 */
const phrases: Record<string, string> = {
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
  "change my password": "{actor} changed their Workday password",
  "change password": "{actor} changed their Workday password",
  "manage password challenge questions": "{actor} changed their password challenge questions",
  "add my account": "{actor} added a bank account of their own",
  "change my account": "{actor} changed a bank account of their own",
  "delete my account": "{actor} deleted a bank account of their own",
  "change my election": "{actor} changed how their pay is paid out",
  "manage payment elections": "{actor} managed how pay is paid out[ to {target}]",
  "sign out": "{actor} signed out of Workday",
  "start new session": "{actor} started a new session in Workday",
  "view api clients": "{actor} viewed the registered API clients",
  "register api client": "{actor} registered an API client[ {target}]",
  "register api client for integrations": "{actor} registered an API client for integrations[ {target}]",
  "edit api client": "{actor} edited an API client[ {target}]",
  "edit api client for integrations": "{actor} edited an API client for integrations[ {target}]",
  "disable api client": "{actor} disabled an API client[ {target}]",
  "delete api client": "{actor} deleted an API client[ {target}]",
  "manage refresh tokens for integrations": "{actor} managed the refresh tokens of an integration[: {target}]",
  "edit tenant setup - security": "{actor} edited the security set-up of the tenant",
  "edit tenant setup - system": "{actor} edited the system set-up of the tenant",
  "maintain password rules": "{actor} changed the password rules",
  "maintain ip ranges": "{actor} changed the IP ranges",
  "create x509 public key": "{actor} created an X.509 public key[: {target}]",
  "create integration system user": "{actor} created an integration system user[ {target}]",
  "create security group": "{actor} created a security group[ {target}]",
  "edit security group": "{actor} edited a security group[ {target}]",
  "delete security group": "{actor} deleted a security group[ {target}]",
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

const actions: Record<string, string> = {
  READ: "{actor} viewed {task}[ of {person}][: {item}]",
  WRITE: "{actor} submitted {task}[ for {person}][: {item}]",
  CREATE: "{actor} created data with {task}[ for {person}][: {item}]",
  UPDATE: "{actor} changed data with {task}[ for {person}][: {item}]",
  DELETE: "{actor} deleted data with {task}[ of {person}][: {item}]",
  DOWNLOAD: "{actor} downloaded data with {task}[ of {person}][: {item}]",
  OTHER: "{actor} used {task}[ on {target}]",
};

/** First words of tasks that show something, and what they are in a sentence. */
const looking: Record<string, string> = {
  view: "viewed",
  find: "looked up",
  search: "searched",
  get: "read",
  list: "listed",
  my: "viewed their",
  run: "ran",
  download: "downloaded",
  export: "exported",
  print: "printed",
};

/** Those that change something, where `pastTense` does not know them. */
const changing: Record<string, string> = {
  change: "changed",
  copy: "copied",
  correct: "corrected",
  enter: "entered",
  hire: "hired",
  import: "imported",
  launch: "launched",
  load: "loaded",
  maintain: "maintained",
  manage: "managed",
  post: "posted",
  put: "wrote",
  rescind: "rescinded",
  save: "saved",
  schedule: "scheduled",
  terminate: "terminated",
  unassign: "unassigned",
};

const methods: Record<string, string> = {
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

export interface TaskWords {
  template: string;
  /** What `{task}` stands for in it. */
  task: string | null;
  known: boolean;
}

export function taskWords(name: string | null, action: string | null): TaskWords {
  const byAction = action === null ? undefined : actions[action.toUpperCase()];
  if (name === null) return { template: "{actor} did {task}[ ({action})][ on {target}]", task: null, known: false };
  const spelled = spell(name);
  if (logReading.test(spelled))
    return { template: "{actor} read the user activity log through the API", task: spelled, known: true };
  const template =
    phraseOf(spelled, action) ?? restPhrase(spelled) ?? servicePhrase(spelled) ?? verbPhrase(spelled, action);
  if (template) return { ...template, known: true };
  return byAction
    ? { template: byAction, task: spelled, known: true }
    : { template: "{actor} did {task}[ ({action})][ on {target}]", task: spelled, known: false };
}

type Phrase = Omit<TaskWords, "known"> | null;

function phraseOf(name: string, action: string | null): Phrase {
  const key = name.toLowerCase();
  const template = ownPhrase(key) ?? ownPhrase(webService.exec(key)?.[1] ?? "");
  return template === undefined || onlyOpened(name, action) ? null : { template, task: name };
}

function ownPhrase(key: string): string | undefined {
  return Object.hasOwn(phrases, key) ? phrases[key] : undefined;
}

function restPhrase(name: string): Phrase {
  const [, resource = "", method = ""] = restCall.exec(name) ?? [];
  const verb = methods[method.toUpperCase()];
  if (verb === undefined) return null;
  return { template: `{actor} ${verb} {task} through the API[ for {person}][: {item}]`, task: resource };
}

function servicePhrase(name: string): Phrase {
  const system = systemCall.exec(name)?.[1];
  if (system !== undefined) return { template: "{actor} used the system task {task}[ on {target}]", task: system };
  const service = webService.exec(name)?.[1];
  if (service === undefined) return null;
  const { verb, rest } = split(service);
  const past = looking[verb] ?? changedBy(verb);
  return past === null || rest === ""
    ? { template: "{actor} used {task} through a web service[ for {person}][: {item}]", task: service }
    : { template: `{actor} ${past} {task} through a web service[ for {person}][: {item}]`, task: rest };
}

function verbPhrase(name: string, action: string | null): Phrase {
  const { verb, rest } = split(name);
  if (onlyOpened(name, action))
    return { template: "{actor} opened the task {task}[ for {person}][: {item}]", task: name };
  // `Launch / Schedule Integration` has no first word to make a sentence of.
  if (!/^[\p{L}\p{N}]/u.test(rest) || (verb === "my" && action?.toUpperCase() === "WRITE")) return null;
  const task = rest.replace(/^My /, "their ");
  if (Object.hasOwn(looking, verb))
    return { template: `{actor} ${looking[verb]} {task}[ of {person}][: {item}]`, task };
  const past = action?.toUpperCase() === "READ" ? null : changedBy(verb);
  return past === null ? null : { template: `{actor} ${past} {task}[ for {person}][: {item}]`, task };
}

/** A task that changes something is also logged when its form is opened, as READ. Web services have no forms. */
function onlyOpened(name: string, action: string | null): boolean {
  if (action?.toUpperCase() !== "READ" || webService.test(name)) return false;
  return changedBy(split(name).verb) !== null;
}

function changedBy(verb: string): string | null {
  if (Object.hasOwn(looking, verb) || verb === "open" || verb === "read") return null;
  return Object.hasOwn(changing, verb) ? (changing[verb] as string) : pastTense(verb);
}

function split(name: string): { verb: string; rest: string } {
  const [, verb = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(name) ?? [];
  return { verb: verb.toLowerCase(), rest };
}

/** Operations of web services are spelled with underscores or spaces, set-up tasks with either dash. */
function spell(name: string): string {
  const plain = name
    .replace(/\s+/g, " ")
    .replace(/ [–—] /g, " - ")
    .trim();
  return webService.test(plain) || !plain.includes(" ") ? plain.replace(/_/g, " ") : plain;
}

export function isLogReading(task: string | null): boolean {
  return task !== null && logReading.test(task);
}

const administrativeVerb =
  /^(activate|add|assign|change|configure|copy|create|deactivate|delete|disable|edit|enable|generate|import|lock|maintain|manage|put|register|remove|rename|reset|revoke|set up|unassign|unlock|update)\b/i;
const administrativeNoun =
  /\b(tenant setup|security (groups?|polic|segments?|timestamp)|domain (security|permissions)|authentication polic|proxy access polic|api clients?|refresh tokens?|oauth|saml|identity providers?|x\.?509|public keys?|certificates? for|password rules|ip ranges?|multi-?factor|workday accounts?|user accounts?|integration system|business process|role assignments?|roles\b)/i;

/** Workday does not tell administration from use: tasks that change who may do what are administration. */
export function categoryOf(task: string | null): ActivityCategory {
  if (task === null) return "USER";
  const name = spell(task);
  if (/^(sign out|start new session)\b/i.test(name)) return "LOG_ON";
  if (/^(start|stop) proxy\b/i.test(name)) return "ADMIN";
  return administrativeVerb.test(name) && administrativeNoun.test(name) ? "ADMIN" : "USER";
}
