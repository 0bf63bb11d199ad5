/** Names of Google Cloud resources: https://cloud.google.com/asset-inventory/docs/resource-name-format */
import { inWords } from "#src/connector-kit/event-names.ts";

/** What a resource is, in words, and what it is called. */
export interface ResourceName {
  kind: string;
  name: string;
  /** The project, folder or organization it lies in, or is: `projects/acme-prod`. */
  container: string | null;
}

/** Hosts whose names have no collection before the name. */
const plain: Readonly<Record<string, string>> = { "storage.googleapis.com": "bucket" };

/** Collections whose singular is not the plural without its `s`. */
const singulars: Readonly<Record<string, string>> = {
  policies: "policy",
  registries: "registry",
  repositories: "repository",
  gateways: "gateway",
  identities: "identity",
  addresses: "address",
  accessPolicies: "access policy",
  databases: "database",
  cryptoKeys: "key",
  organizations: "organization",
};

/**
 * `//cloudresourcemanager.googleapis.com/projects/acme-prod` → project acme-prod, `projects/_/buckets/data/objects/a/b.csv` → object a/b.csv,
 * `core/v1/namespaces/web/pods/api` → pod api.
 */
export function resourceName(resource: string): ResourceName {
  const [, host = "", path = resource] = /^\/\/([^/]+)\/(.*)$/s.exec(resource) ?? [];
  const single = plain[host];
  if (single && !path.includes("/")) return { kind: single, name: path, container: null };
  const container = /(?:^|\/)((?:projects|folders|organizations)\/(?!_(?:\/|$)|-(?:\/|$))[^/]+)/.exec(path)?.[1] ?? null;
  const [, object] = /\/objects\/(.*)$/s.exec(path) ?? [];
  if (object) return { kind: "object", name: object, container };
  const segments = path.split("/").filter(Boolean);
  const name = segments.at(-1) ?? resource;
  const collection = segments.length > 1 ? (segments.at(-2) ?? "") : "";
  return { kind: collection === "" ? "resource" : singular(collection), name, container };
}

/** `project acme-prod` */
export function labelOf(resource: string): string {
  const { kind, name } = resourceName(resource);
  return `${kind} ${name}`;
}

/** The organization, a folder or a project: what lies below inherits its policy. */
export function isContainer(resource: string): boolean {
  return /^\/\/cloudresourcemanager\.googleapis\.com\/(organizations|folders|projects)\/[^/]+$/.test(resource);
}

function singular(collection: string): string {
  return singulars[collection] ?? inWords(collection.replace(/(?<=[^s])s$/, ""));
}
