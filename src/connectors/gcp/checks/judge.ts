import type { CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";

/** Recommendations of the CIS Google Cloud Platform Foundation Benchmark v3.0.0. */
export const cis = (...ids: string[]) => `CIS Google Cloud Platform Foundation Benchmark v3.0.0: ${ids.join(", ")}`;

export const list = (snapshot: PostureSnapshot, key: string): Json[] => listOf(snapshot.get(key)).map(objectOf);

/** A binding as the stream keeps it. */
export interface KeptBinding {
  resource: string;
  role: string;
  members: string[];
}

export function bindings(snapshot: PostureSnapshot): KeptBinding[] {
  return list(snapshot, "policies").map(({ resource, role, members }) => ({
    resource: textOf(resource) ?? "",
    role: textOf(role) ?? "",
    members: listOf(members).map(String),
  }));
}

export const isContainer = (resource: string): boolean => /^\/\/cloudresourcemanager\.googleapis\.com\//.test(resource);
export const isPublic = (member: string): boolean => member === "allUsers" || member === "allAuthenticatedUsers";

/** For evidence: at most 50. */
export const some = <T>(items: readonly T[], write: (item: T) => unknown): unknown[] => items.slice(0, 50).map(write);

/** How many of several are good, and which are not. */
export function judge<T>(all: readonly T[], bad: readonly T[], write: (item: T) => unknown): CheckResult {
  const share = all.length === 0 ? 1 : 1 - bad.length / all.length;
  return {
    result: bad.length === 0 ? "pass" : "fail",
    share,
    evidence: { looked: all.length, found: some(bad, write) },
  };
}

export const verdict = (good: boolean, evidence: unknown): CheckResult => ({
  result: good ? "pass" : "fail",
  evidence,
});

/** Whether a constraint of the Organization Policy Service is enforced on the whole organization, without a condition. */
export function isEnforced(rules: unknown): boolean {
  return listOf(rules)
    .map(objectOf)
    .some(({ enforce, condition }) => enforce === true && condition === undefined);
}
