import { pino } from "pino";
import { expect, test } from "vitest";
import type { Policy } from "#db/tables/policies.ts";
import type { EvaluatedFile } from "#src/detection/policies/files/rule.ts";
import { compileFileRules } from "#src/detection/policies/files/rule-set.ts";
import { range } from "../../support/seed.ts";

test("five hundred policies over files are found by what a file is: few are tried", () => {
  const owner = (n: number) => Buffer.from(`User:1/u${n}`).toString("base64url");
  const folder = (n: number) => Buffer.from(`File:1/folder${n}`).toString("base64url");
  const policies = range(500).map(
    (n) =>
      ({
        id: n,
        kind: "FILE",
        name: `Policy ${n}`,
        filter: [
          { sharing: ["PUBLIC"], extensions: [`.X${n}`] },
          { sharing: ["EXTERNAL", "PUBLIC"], collaboratorDomains: [`Partner${n}.example`] },
          { ownerIds: [owner(n)], not: { labels: ["Approved"] } },
          { labels: [`Label ${n}`], sharing: ["INTERNAL"] },
          { sharing: ["EXTERNAL"] },
        ][n % 5],
        content: n % 2 ? { detectors: ["iban"], categories: [], minCount: 1, minConfidence: "HIGH" } : null,
        include: n % 5 === 4 ? { userIds: [], groupIds: [], instanceIds: [], folderIds: [folder(n)] } : null,
        exclude: null,
      }) as unknown as Policy,
  );
  const { rules } = compileFileRules(1, policies, pino({ level: "silent" }));
  expect(rules.size).toBe(500);
  const tried = range(500).map((n) => {
    const file = {
      row: {
        instanceId: 1,
        externalId: `f${n}`,
        extension: `x${n}`,
        mimeType: "text/plain",
        sharing: ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"][n % 4],
        ownerId: `u${n}`,
        labels: [`Label ${n}`, `Label ${n + 1}`],
      },
      domains: new Set([`partner${n}.example`, `partner${n + 5}.example`]),
      folders: new Set([`1/folder${n}`]),
    } as unknown as EvaluatedFile;
    const candidates = rules.candidates(file);
    expect(new Set(candidates).size).toBe(candidates.length);
    return candidates.length;
  });
  expect(Math.max(...tried)).toBeLessThan(10);
  expect(tried.reduce((sum, some) => sum + some)).toBeGreaterThan(400);
});
