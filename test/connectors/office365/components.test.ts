import { expect, test } from "vitest";
import { capabilitiesOf } from "#src/connector-kit/capability.ts";
import { connectors } from "#src/connectors/index.ts";

const office365 = connectors.find(({ manifest }) => manifest.slug === "office365")!;
const { manifest } = office365;
const others = Object.keys(manifest.components ?? {}).filter((name) => name !== "o365_files");

test("the component of files switches the stream of files and the actions on files, and nothing else", () => {
  const on = (facts: object, components: string[]) =>
    Object.entries(facts as Record<string, { when?: (settings: object, components: readonly string[]) => boolean }>)
      .filter(([, { when }]) => !when || when({}, components))
      .map(([name]) => name);
  const without = (facts: object) => {
    const left = on(facts, others);
    return on(facts, [...others, "o365_files"]).filter((name) => !left.includes(name));
  };
  expect(without(manifest.streams)).toEqual(["FILES"]);
  expect(
    without(manifest.actions ?? {}).filter(
      (name) => !/FILE|SHAR|COLLABORATOR|EXTERNAL|PUBLIC|PRIVATE|PARENT|LABEL/.test(name),
    ),
  ).toEqual([]);
});

test("files, sharing, labels and posture are supported", () => {
  const supported = capabilitiesOf(office365).flatMap(({ kind, support }) => (support === "SUPPORTED" ? [kind] : []));
  expect(supported).toEqual(
    expect.arrayContaining([
      ...["SECURITY_POSTURE", "DLP_BACKLOG_SCAN", "DLP_NEAR_REAL_TIME_SCAN"],
      ...["SHARING_CONTROL", "FILE_GOVERNANCE", "SENSITIVITY_LABELS"],
    ]),
  );
});
