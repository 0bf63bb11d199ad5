import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { type Json, objectOf } from "#src/connector-kit/record.ts";

export const settingsUrl = "Organization settings";

/** Identifiers of the CIS GitHub Benchmark 1.2.0. */
export const cis = (id: string) => `CIS GitHub Benchmark 1.2.0: ${id}`;

export function read(snapshot: PostureSnapshot, key: string): Json {
  return objectOf(snapshot.get(key));
}

/**
 * A yes-or-no setting of `GET /orgs/{org}`. Only owners see them: one that is not there is unknown, not off. Where the enterprise has a policy
 * on it (`policy`), that overrules the organization; NO_POLICY, or no enterprise, leaves it to the organization.
 */
export function setting(
  name: string,
  wanted: boolean,
  policy?: string,
): Pick<Check, "needs" | "evaluate" | "examples"> {
  return {
    needs: ["organization"],
    evaluate(snapshot) {
      const enterprise = policy === undefined ? undefined : read(snapshot, "enterprise")[policy];
      if (policy !== undefined && (enterprise === "ENABLED" || enterprise === "DISABLED")) {
        const holds = (enterprise === "ENABLED") === wanted;
        return { result: holds ? "pass" : "fail", evidence: { enterprise: { [policy]: enterprise } } };
      }
      const value = read(snapshot, "organization")[name];
      if (typeof value !== "boolean")
        return { result: "unknown", because: `GitHub does not show ${name} to this credential.` };
      return { result: value === wanted ? "pass" : "fail", evidence: { [name]: value } };
    },
    examples: { pass: { organization: { [name]: wanted } }, fail: { organization: { [name]: !wanted } } },
  };
}
