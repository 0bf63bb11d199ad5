/** What a method of an audit log does, read out of its name: services call theirs as https://google.aip.dev/130 asks, or as older REST APIs do. */
import { inWords } from "#src/connector-kit/event-names.ts";
import { pastTense } from "#src/connector-kit/sentence.ts";
import { plural, singular } from "./nouns.ts";

/**
 * Without versions and the packages that all share: `v1.compute.instances.insert` and `beta.compute.instances.insert` are
 * `compute.instances.insert`, `google.iam.admin.v1.CreateRole` is `iam.admin.CreateRole`.
 */
export function spell(method: string): string {
  return method
    .replace(/^(?:v\d+(?:(?:alpha|beta)\d*)?|alpha|beta)\.(?=[a-z])/, "")
    .replace(/^google\.(?:cloud\.)?/, "")
    .replace(/\.v\d+(?:(?:p\d+)?(?:alpha|beta)\d*)?(?=\.)/g, "");
}

export interface Deed {
  /** Past tense: `created`. */
  did: string;
  /** `service account key`; null where the method has none. */
  noun: string | null;
}

const pasts: Readonly<Record<string, string>> = {
  ...{ insert: "created", patch: "changed", update: "changed", get: "viewed", list: "listed", undelete: "restored" },
  ...{
    search: "searched",
    query: "queried",
    put: "wrote",
    replace: "replaced",
    deploy: "deployed",
    deletecollection: "deleted all",
  },
  ...{
    attach: "attached",
    detach: "detached",
    modify: "changed",
    edit: "changed",
    bind: "bound",
    rollback: "rolled back",
  },
  ...{ access: "read", write: "wrote", encrypt: "encrypted with", decrypt: "decrypted with", watch: "watched" },
  ...{ upgrade: "upgraded", resize: "resized", simulate: "simulated", analyze: "analysed", grant: "granted" },
  ...{ undeploy: "undeployed", migrate: "migrated", rewrite: "copied", compose: "composed", import: "imported" },
  ...{ purge: "purged", drain: "drained", acknowledge: "acknowledged", pull: "pulled", lookup: "looked up" },
  ...{ aggregated: "listed", batch: "handled", wipe: "wiped", recreate: "recreated", promote: "promoted" },
};

function pastOf(verb: string): string | null {
  const word = verb.toLowerCase();
  return (Object.hasOwn(pasts, word) ? pasts[word] : undefined) ?? pastTense(word);
}

const names: Readonly<Record<string, string>> = {
  ...{ iam: "IAM", dns: "DNS", ssh: "SSH", ssl: "SSL", vpn: "VPN", api: "API", hmac: "HMAC", sso: "SSO", acl: "ACL" },
  ...{ rrset: "record set", acls: "ACLs", saml: "SAML", vm: "VM" },
};

/** Null for a name that neither begins nor ends with a verb that is known. */
export function deedOf(spelled: string): Deed | null {
  const segments = spelled.split(".");
  const last = segments.at(-1) ?? "";
  const words = inWords(last.replace(/^Batch(?=[A-Z])/, "")).split(" ");
  const [verb = "", ...rest] = words;
  const did = pastOf(verb);
  if (did === null) {
    const ended = words.length > 1 ? pastOf(words.at(-1) ?? "") : null;
    return ended === null ? null : { did: ended, noun: wording(words.slice(0, -1).join(" ")) };
  }
  const own = rest.filter((word) => word !== "async").join(" ");
  // Older REST APIs name the collection before the verb: `instances.setMetadata`.
  const before = segments.at(-2) ?? "";
  const isList = /^(aggregated|list|search)/i.test(verb);
  if (!/^[a-z]/.test(last) || !/^[a-z]/.test(before))
    return { did, noun: own === "" ? null : wording(isList ? own : own.replace(/(?<=[^s])s$/, "")) };
  return {
    did: own === "" || own === "list" ? did : `${did} ${wording(own)} of`,
    noun: wording(isList ? plural(before) : singular(before)),
  };
}

function wording(text: string): string {
  return text
    .split(" ")
    .map((word) => (Object.hasOwn(names, word) ? names[word] : word))
    .join(" ")
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

const readings = "get|list|search|query|read|lookup|fetch|aggregatedList|watch|test|check|access|analyze";
const reading = new RegExp(
  `^(?:batch|Batch)?(?:${readings}|${readings.replace(/(^|\|)[a-z]/g, (start) => start.toUpperCase())})(?![a-z])`,
);

/** Whether it reads and changes nothing. */
export function isReading(spelled: string): boolean {
  return reading.test(spelled.slice(spelled.lastIndexOf(".") + 1));
}
