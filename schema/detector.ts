import { createDetector, deleteDetector, updateDetector } from "#src/detection/inspection/change-detectors.ts";
import { type DetectorRow, listDetectors } from "#src/detection/inspection/detectors.ts";
import { inspectFiles } from "#src/detection/inspection/request.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import { keyFor } from "./attempt.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { Confidence } from "./file-enums.ts";
import { accountKeys } from "./ids.ts";
import { FileMatchRef, FileRef } from "./refs.ts";
import { type Payload, payload, UserError } from "./user-errors.ts";

const DetectorKind = describedEnum("DetectorKind", "How a custom detector finds data.", {
  EXPRESSION: "A regular expression, which is run in linear time.",
  KEYWORDS: "A list of words and phrases, found in any case.",
  EXACT_DATA: "A list of values, of which only keyed hashes are stored.",
});

const Detector = builder.objectRef<DetectorRow>("Detector").implement({
  description: "A kind of sensitive data that content inspection finds in files.",
  fields: (t) => ({
    slug: t.exposeString("slug", {
      description: "Stable name, such as `iban`. That of a custom detector begins with `custom-`.",
    }),
    name: t.exposeString("name", { description: "Name of the detector." }),
    description: t.exposeString("description", {
      description: "Explanation of the data that is found and of its checks. Empty if an ADMIN gave none.",
    }),
    category: t.exposeString("category", {
      description:
        "FINANCIAL, NATIONAL_ID, TAX, TRAVEL_DOCUMENT, DRIVING_LICENCE, HEALTH, CONTACT, CREDENTIALS, SOURCE_CODE or CUSTOM.",
    }),
    countries: t.stringList({
      description: "Countries of the data as ISO 3166-1 alpha-2 codes. Empty if it does not belong to a country.",
      resolve: ({ countries }) => [...countries],
    }),
    builtIn: t.exposeBoolean("builtIn", {
      description: "True for detectors that come with Gatehouse, false for those that an ADMIN defined.",
    }),
    examples: t.stringList({
      description: "Invented texts in which the detector finds something. Empty for exact data.",
      resolve: ({ examples }) => [...examples],
    }),
    kind: t.field({
      type: DetectorKind,
      nullable: true,
      description: "Kind of a custom detector. Null for a built-in one.",
      resolve: ({ stored }) => stored?.definition.kind ?? null,
    }),
  }),
});

builder.queryField("detectors", (t) =>
  t.field({
    type: [Detector],
    description: "All detectors: custom ones first, by name, then the built-in ones.",
    resolve: (_, __, { core }) => listDetectors(core.db),
  }),
);

builder.objectField(FileMatchRef, "detector", (t) =>
  t.field({
    type: Detector,
    description: "The detector that found the matches.",
    resolve: ({ detector }, _, context) => context.load.detector.load(detector),
  }),
);

const DetectorPayload = builder.objectRef<Payload<DetectorRow>>("DetectorPayload").implement({
  description: "Result of a change of a custom detector.",
  fields: (t) => ({
    detector: t.field({
      type: Detector,
      nullable: true,
      description: "The created, replaced or deleted detector. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const DetectorInput = builder.inputType("DetectorInput", {
  description: "The definition of a custom detector. An existing one is replaced as a whole.",
  fields: (t) => ({
    name: t.string({ required: true, description: "Name of the detector; its slug is made of the first name." }),
    description: t.string({ description: "Explanation of the data that the detector finds. Default: empty." }),
    kind: t.field({ type: DetectorKind, required: true, description: "How the detector finds data." }),
    expression: t.string({
      description:
        "EXPRESSION: the regular expression. Look-around and references to groups are refused, and so is an expression that matches the empty text. ^ and $ match at line breaks. A match has at most 256 characters.",
    }),
    exclude: t.string({
      description: "EXPRESSION: a match in which this expression is found too is none. Default: none is excluded.",
    }),
    ignoreCase: t.boolean({ description: "EXPRESSION: true to ignore case. Default: false." }),
    keywords: t.stringList({
      description: "KEYWORDS: at most 5,000 words and phrases, of 50,000 characters altogether.",
    }),
    wholeWords: t.boolean({
      description: "KEYWORDS: true to find a keyword only where no other letter is next to it. Default: true.",
    }),
    values: t.stringList({
      description:
        "EXACT_DATA: at most 100,000 values of 6 to 100 letters and digits. They are hashed with a key of the installation and not stored. Case, spaces and punctuation do not count.",
    }),
    confidence: t.field({ type: Confidence, description: "Confidence of a match. Default: MEDIUM." }),
    contextWords: t.stringList({
      description: "Words of which one must be within 60 characters of a match, at most 50. Default: none is needed.",
    }),
    minCount: t.int({ description: "Different values that a file must contain to match. Default: 1." }),
    matchExamples: t.stringList({
      description: "Texts in which the detector must find something, at most 20. Needed, except for EXACT_DATA.",
    }),
    noneExamples: t.stringList({
      description: "Texts in which the detector must find nothing, at most 20. Default: none.",
    }),
  }),
});

const InspectFilesPayload = builder.objectRef<Payload<FileRow[]>>("InspectFilesPayload").implement({
  description: "Result of a request to inspect files.",
  fields: (t) => ({
    files: t.field({
      type: [FileRef],
      nullable: true,
      description:
        "The files: PENDING, or as they were if their content was inspected already. Null if `userErrors` is not empty.",
      resolve: ({ data }) => data,
    }),
    userErrors: t.field({
      type: [UserError],
      description: "Errors that the caller can correct. Empty after success.",
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

const slugArg = "Slug of the custom detector.";

builder.mutationFields((t) => ({
  createDetector: t.field({
    type: DetectorPayload,
    description: "Create a custom detector. Its examples are run first. Requires the role ADMIN for all instances.",
    args: { input: t.arg({ type: DetectorInput, required: true, description: "The definition of the detector." }) },
    resolve: (_, { input }, { core, viewer }) => payload(() => createDetector(core, viewer, input)),
  }),
  updateDetector: t.field({
    type: DetectorPayload,
    description:
      "Replace the definition of a custom detector. Files that were inspected before are inspected with it when they change, or on request. Requires the role ADMIN for all instances.",
    args: {
      slug: t.arg.string({ required: true, description: slugArg }),
      input: t.arg({ type: DetectorInput, required: true, description: "The new definition of the detector." }),
    },
    resolve: (_, { slug, input }, { core, viewer }) => payload(() => updateDetector(core, viewer, slug, input)),
  }),
  deleteDetector: t.field({
    type: DetectorPayload,
    description:
      "Delete a custom detector with all its matches, and return it as it was. Requires the role ADMIN for all instances.",
    args: { slug: t.arg.string({ required: true, description: slugArg }) },
    resolve: (_, { slug }, { core, viewer }) => payload(() => deleteDetector(core, viewer, slug)),
  }),
  inspectFiles: t.field({
    type: InspectFilesPayload,
    description:
      "Request the inspection of the content of files, newest change first. Content that was inspected already with the same detectors is not read again. Idempotent. Requires the role ADMIN.",
    args: { ids: t.arg.idList({ required: true, description: "Ids of the files, at most 200." }) },
    resolve: (_, { ids }, context) =>
      payload(async () => {
        const keys = await keyFor(
          context,
          "file.inspect",
          "ADMIN",
          () => accountKeys("File", ids.map(String), ["ids"])!,
        );
        const files = await inspectFiles(context.core, context.viewer, keys);
        for (const key of files) context.load.file.clear(key);
        const read = await context.load.file.loadMany(files);
        return read.flatMap((file) => (file === null || file instanceof Error ? [] : [file]));
      }),
  }),
}));
