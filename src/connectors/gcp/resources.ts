/** Names of Google Cloud resources: https://cloud.google.com/asset-inventory/docs/resource-name-format */
import { singular } from "./nouns.ts";

/** What a resource is, in words, and what it is called. */
export interface ResourceName {
  kind: string;
  name: string;
  /** The project, folder or organization it lies in, or is: `projects/acme-prod`. */
  container: string | null;
}

/** Hosts whose names have no collection before the name. */
const plain: Readonly<Record<string, string>> = { "storage.googleapis.com": "bucket" };

/** What stands behind the name of an object of Kubernetes that is used through a part of it. */
const subresource = /\/(exec|attach|portforward|proxy|log|status|scale|eviction|binding|ephemeralcontainers|token)$/;

/**
 * `//cloudresourcemanager.googleapis.com/projects/acme-prod` → project acme-prod, `projects/_/buckets/data/objects/a/b.csv` → object a/b.csv,
 * `core/v1/namespaces/web/pods/api` → pod api.
 */
export function resourceName(resource: string): ResourceName {
  const [, host = "", path = resource] = /^\/\/([^/]+)\/(.*)$/s.exec(resource) ?? [];
  const single = plain[host];
  if (single && !path.includes("/")) return { kind: single, name: path, container: null };
  const container =
    /(?:^|\/)((?:projects|folders|organizations)\/(?!_(?:\/|$)|-(?:\/|$))[^/]+)/.exec(path)?.[1] ?? null;
  const [, object] = /\/objects\/(.*)$/s.exec(path) ?? [];
  if (object) return { kind: "object", name: object, container };
  const whole = path
    .replace(/^\w[\w.]*\/v\d\w*\/.*/, withoutSubresource)
    .split("/")
    .filter(Boolean);
  const segments = whole.filter((segment) => segment !== "global");
  // Names go in pairs, after group and version in Kubernetes: a collection that is left over stands for what holds it.
  const isKubernetes = /^v\d/.test(segments[1] ?? "");
  const isLeftOver = segments.length % 2 === 1 && /^[a-z]+([A-Z][a-z]+)*s$/.test(segments.at(-1) ?? "");
  if (isLeftOver && segments.length > (isKubernetes ? 3 : 1)) segments.pop();
  const last = segments.at(-1) ?? resource;
  // Versions are numbered: what they are versions of is named as well.
  const name = segments.length > 3 && /ersions$/.test(segments.at(-2) ?? "") ? `${segments.at(-3)}/${last}` : last;
  const isPair = segments.length > (isKubernetes ? 3 : 1);
  return { kind: isPair ? singular(segments.at(-2) ?? "") : "resource", name, container };
}

const withoutSubresource = (path: string): string => path.replace(subresource, "");

/** `project acme-prod` */
export function labelOf(resource: string): string {
  const { kind, name } = resourceName(resource);
  return `${kind} ${name}`;
}

/** The organization, a folder or a project: what lies below inherits its policy. */
export function isContainer(resource: string): boolean {
  return /^\/\/cloudresourcemanager\.googleapis\.com\/(organizations|folders|projects)\/[^/]+$/.test(resource);
}
