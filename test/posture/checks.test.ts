import { describe, expect, it } from "vitest";
import { loadConnectors } from "#src/connectors/index.ts";
import { runCheck } from "#src/posture/evaluate.ts";

const snapshotOf = (values: Record<string, unknown>) => ({ get: (key: string) => values[key], unreadable: () => null });

describe.each(
  (await loadConnectors()).flatMap(({ manifest, checks }) =>
    checks.map((check) => [`${manifest.slug}: ${check.slug}`, check] as const),
  ),
)("%s", (_, check) => {
  it("passes on the settings it asks for and fails on its own bad example", () => {
    const { pass, fail } = check.examples;
    expect(runCheck(check, snapshotOf(pass), (key) => key in pass)).toMatchObject({
      finding: "COMPLETED",
      share: 1,
      because: null,
    });
    const failed = runCheck(check, snapshotOf(fail), (key) => key in fail);
    expect(failed).toMatchObject({ finding: "TO_ADDRESS", because: null });
    expect(failed.share).toBeLessThan(1);
  });

  it("is not evaluated, and never passed, when a setting could not be read or was not read yet", () => {
    const { pass } = check.examples;
    for (const key of check.needs) {
      const unreadable = {
        ...snapshotOf(pass),
        unreadable: (asked: string) => (asked === key ? "PROVIDER_SCOPE" : null),
      };
      expect(runCheck(check, unreadable, () => true)).toMatchObject({
        finding: "NOT_EVALUATED",
        share: 0,
        because: expect.stringContaining("PROVIDER_SCOPE"),
      });
      expect(runCheck(check, snapshotOf(pass), (asked) => asked !== key)).toMatchObject({
        finding: "NOT_EVALUATED",
        share: 0,
      });
    }
  });

  it("has a title, steps to fix it and a worth of 1 to 10 points", () => {
    expect(check.title.length).toBeGreaterThan(5);
    expect(check.remediation.length).toBeGreaterThan(20);
    expect(check.maxPoints).toBeGreaterThanOrEqual(1);
    expect(check.maxPoints).toBeLessThanOrEqual(10);
  });
});
