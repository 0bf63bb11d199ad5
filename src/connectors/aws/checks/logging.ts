import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf } from "#src/connector-kit/record.ts";
import { anyCheck, cis, eachCheck, judge, list } from "./judge.ts";

const account = "111122223333";
const trail = (fields: Record<string, unknown> = {}) => ({
  ...{ name: "all", bucket: "acme-trail", isMultiRegion: true, isValidated: true, isEncrypted: true, isLogging: true },
  logs: ["managementRead", "managementWrite"],
  ...fields,
});
const bucket = (fields: Record<string, unknown>) => ({ account, name: "acme-trail", ...fields });

/** A check of the buckets that trails of these accounts write to; of others nothing is known. */
function trailBucketCheck({
  isBad,
  examples,
  ...facts
}: Omit<Check, "needs" | "evaluate" | "examples"> & {
  isBad: (bucket: Record<string, unknown>) => boolean;
  examples: { pass: Record<string, unknown>; fail: Record<string, unknown> };
}): Check {
  const example = (fields: Record<string, unknown>) => ({
    trails: [{ account, ...trail() }],
    buckets: [bucket(fields)],
  });
  return {
    ...facts,
    needs: ["trails", "buckets"],
    evaluate(snapshot) {
      const names = new Set(list(snapshot, "trails").map((one) => one.bucket));
      const all = list(snapshot, "buckets").filter(({ name }) => names.has(name));
      if (all.length === 0) return { result: "unknown", because: "No trail writes to a bucket of these accounts." };
      return judge(all, all.filter(isBad), ({ account: id, name }) => ({ account: id, name }));
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

export const loggingChecks: readonly Check[] = [
  anyCheck({
    slug: "aws-trail-all-regions",
    title: "Log management events of all regions in a trail",
    description: "Each account has a trail that is on, in all regions, with reading and writing management events.",
    remediation:
      "CloudTrail → **Trails** → *Create trail*, for all regions; of an organization, one for all its accounts.",
    ...{ severity: "HIGH", maxPoints: 8, benchmark: cis("3.1"), key: "trails" },
    isBad: ({ isMultiRegion, isLogging, logs }) =>
      !(isMultiRegion && isLogging && ["managementRead", "managementWrite"].every((one) => listOf(logs).includes(one))),
    examples: { pass: trail(), fail: trail({ isLogging: false }) },
  }),
  eachCheck({
    slug: "aws-trail-validation",
    title: "Validate the files of trails",
    description: "Each trail writes digests that show whether files were changed or deleted.",
    remediation: "CloudTrail → the trail → *Edit*: enable log file validation.",
    ...{ severity: "MEDIUM", maxPoints: 3, benchmark: cis("3.2"), key: "trails" },
    isBad: ({ isValidated }) => isValidated !== true,
    examples: { pass: trail(), fail: trail({ isValidated: false }) },
  }),
  eachCheck({
    slug: "aws-config-recorder",
    title: "Record configurations in every region",
    description: "AWS Config records in each region.",
    remediation: "AWS Config → **Settings**: switch the recorder on in each region listed.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("3.3"), key: "recorders" },
    isBad: ({ isRecording }) => isRecording !== true,
    examples: { pass: { region: "eu-west-1", isRecording: true }, fail: { region: "eu-west-1", isRecording: false } },
  }),
  trailBucketCheck({
    slug: "aws-trail-bucket-logging",
    title: "Log access to the buckets of trails",
    description: "Access logging is on for each bucket that a trail writes to.",
    remediation: "S3 → the bucket → **Properties** → *Server access logging*.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("3.4"), isBad: ({ isLogged }) => isLogged !== true },
    examples: { pass: { isLogged: true }, fail: { isLogged: false } },
  }),
  trailBucketCheck({
    slug: "aws-trail-bucket-public",
    title: "Keep the buckets of trails private",
    description: "No bucket that a trail writes to has a public policy or access control list.",
    remediation: "S3 → the bucket → **Permissions** → *Block public access*: turn all on.",
    ...{ severity: "CRITICAL", maxPoints: 8 },
    isBad: ({ hasPublicPolicy, hasPublicAcl }) => hasPublicPolicy === true || hasPublicAcl === true,
    examples: { pass: { hasPublicPolicy: false, hasPublicAcl: false }, fail: { hasPublicPolicy: true } },
  }),
  eachCheck({
    slug: "aws-trail-encryption",
    title: "Encrypt trails with a key of your own",
    description: "Each trail encrypts its files with a KMS key.",
    remediation: "CloudTrail → the trail → *Edit*: use SSE-KMS.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("3.5"), key: "trails" },
    isBad: ({ isEncrypted }) => isEncrypted !== true,
    examples: { pass: trail(), fail: trail({ isEncrypted: false }) },
  }),
  anyCheck({
    slug: "aws-object-write-logging",
    title: "Log who writes objects",
    description: "A trail logs data events of S3 objects that write.",
    remediation: "CloudTrail → the trail → **Data events**: S3, all buckets, write events.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("3.8"), key: "trails" },
    isBad: ({ logs }) => !listOf(logs).includes("objectsWrite"),
    examples: { pass: trail({ logs: ["objectsWrite"] }), fail: trail() },
  }),
  anyCheck({
    slug: "aws-object-read-logging",
    title: "Log who reads objects",
    description: "A trail logs data events of S3 objects that read.",
    remediation: "CloudTrail → the trail → **Data events**: S3, all buckets, read events.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("3.9"), key: "trails" },
    isBad: ({ logs }) => !listOf(logs).includes("objectsRead"),
    examples: { pass: trail({ logs: ["objectsRead"] }), fail: trail() },
  }),
  eachCheck({
    slug: "aws-guardduty",
    title: "Run GuardDuty in every region",
    description: "A detector looks for attacks in each region.",
    remediation: "GuardDuty → *Enable* in each region listed; of an organization, for all accounts at once.",
    ...{ severity: "MEDIUM", maxPoints: 4, key: "detectors", isBad: ({ count }) => !(Number(count) > 0) },
    examples: { pass: { region: "eu-west-1", count: 1 }, fail: { region: "eu-west-1", count: 0 } },
  }),
];
