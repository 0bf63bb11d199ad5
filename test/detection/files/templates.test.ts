import { describe, expect, test } from "vitest";
import type { Policy } from "#db/tables/policies.ts";
import type { FileExample } from "#src/connector-kit/policy-template.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import { detectorCategory } from "#src/detection/inspection/detectors.ts";
import { compileFileRule, type EvaluatedFile } from "#src/detection/policies/files/rule.ts";
import { People } from "#src/detection/policies/people.ts";
import { templatesFor } from "#src/detection/policies/templates/index.ts";
import { detectorCategories } from "#src/inspection/detector.ts";
import { builtInDetectors } from "#src/inspection/detectors/index.ts";
import { madeUp } from "../../support/made-up-connector.ts";

const stream = { FILES: { everySeconds: 60, scopes: [] } };
const drive = madeUp({
  manifest: { slug: "drive", streams: stream },
  streams: { FILES: async function* () {} },
  readContent: async function* () {},
});
const closed = madeUp({ manifest: { slug: "closed", streams: stream }, streams: { FILES: async function* () {} } });
const categoryOf = await detectorCategory();
const now = new Date("2026-11-30T12:00:00Z");

function fileOf({ file, domains = [], found }: FileExample): EvaluatedFile {
  const { name = "plan.docx", sharing = "PRIVATE", isFolder = false, trashed = false, daysUnmodified = 0 } = file;
  const row = {
    instanceId: 1,
    externalId: "f",
    name,
    extension: isFolder ? null : (name.split(".").at(-1)?.toLowerCase() ?? null),
    isFolder,
    mimeType: null,
    sharing,
    labels: [],
    ownerId: "u1",
    ownerName: null,
    path: null,
    quarantined: false,
    removedAt: null,
    trashedAt: trashed ? "2026-11-01 00:00:00+00" : null,
    modifiedAt: new Date(now.getTime() - daysUnmodified * 86_400_000).toISOString(),
  };
  const content = Object.entries(found ?? {}).map(([detector, count]) => ({
    detector,
    category: categoryOf(detector),
    count,
    confidence: "HIGH" as const,
  }));
  return {
    row: row as unknown as EvaluatedFile["row"],
    domains: new Set(domains),
    folders: new Set(),
    content: found ? { state: "known", found: content } : { state: "unknown", found: null },
  };
}

describe("templates over files", async () => {
  const own = (await loadConnectors()).filter(({ templates }) => templates?.files);
  const all = templatesFor([drive, ...own]).filter(({ kind }) => kind === "FILE");

  test.each(all.map((template) => [template.slug, template] as const))(
    "%s finds what its examples state",
    (_, template) => {
      const { filter, content = null, fileExamples = [] } = template;
      const rule = compileFileRule(
        { id: 1, filter, content, include: null, exclude: null } as unknown as Policy,
        new People(),
      );
      expect(new Set(fileExamples.map(({ matches }) => matches)).size).toBe(2);
      for (const example of fileExamples)
        expect([example.name, rule.try(fileOf(example), now).matches]).toEqual([example.name, example.matches]);
    },
  );

  test("name detectors that there are", () => {
    const slugs = new Set(builtInDetectors.map(({ slug }) => slug));
    for (const { content, fileExamples = [] } of all) {
      for (const slug of [
        ...(content?.detectors ?? []),
        ...fileExamples.flatMap(({ found = {} }) => Object.keys(found)),
      ])
        expect(slugs).toContain(slug);
      for (const category of content?.categories ?? []) expect(detectorCategories).toContain(category);
    }
  });

  test("fit apps that have files, and those with content only apps whose files can be read", () => {
    const found = templatesFor([drive, closed, madeUp()]).filter(({ kind }) => kind === "FILE");
    const appsOf = (slug: string) => found.find((template) => template.slug === slug)?.connectorSlugs;
    expect(appsOf("publicly-shared-folder")).toEqual(["drive", "closed"]);
    expect(appsOf("credentials-shared-outside")).toEqual(["drive"]);
    expect(templatesFor([madeUp()]).filter(({ kind }) => kind === "FILE")).toEqual([]);
  });
});
