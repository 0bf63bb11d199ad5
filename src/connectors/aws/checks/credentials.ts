import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, type Json, listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, dayMs, judge } from "./judge.ts";

interface RowCheck extends Omit<Check, "needs" | "evaluate" | "examples"> {
  of: (row: Json) => boolean;
  isBad: (row: Json, daysSince: (value: unknown) => number) => boolean;
  examples: { pass: Json; fail: Json };
}

const readAt = "2026-11-20T00:00:00.000Z";
const isRoot = (row: Json) => row.user === "<root_account>";
const hasPassword = (row: Json) => !isRoot(row) && row.password_enabled === "true";
const keys = ["1", "2"] as const;
const isActive = (row: Json, key: string) => row[`access_key_${key}_active`] === "true";
const hasKey = (row: Json) => !isRoot(row) && keys.some((key) => isActive(row, key));

/** Of rows of the credential report. Days since what never was are infinite. */
function rowCheck({ of, isBad, examples, ...facts }: RowCheck): Check {
  const example = (row: Json) => ({
    credentials: { readAt, rows: [{ account: "111122223333", user: "ana", ...row }] },
  });
  return {
    ...facts,
    needs: ["credentials"],
    evaluate(snapshot) {
      const { rows, readAt: at } = objectOf(snapshot.get("credentials"));
      const now = instantOf(at)?.getTime() ?? 0;
      const since = (value: unknown) => (now - (instantOf(value)?.getTime() ?? Number.NEGATIVE_INFINITY)) / dayMs;
      const all = listOf(rows).map(objectOf).filter(of);
      const bad = all.filter((row) => isBad(row, since));
      return judge(all, bad, ({ account, user }) => ({ account, user }));
    },
    examples: { pass: example(examples.pass), fail: example(examples.fail) },
  };
}

const maxIdleDays = 45;
const maxKeyDays = 90;
const [recently, longAgo] = ["2026-11-10T00:00:00Z", "2026-05-01T00:00:00Z"];
const key = (fields: Json) => ({ access_key_1_active: "true", access_key_1_last_rotated: recently, ...fields });

export const credentialChecks: readonly Check[] = [
  rowCheck({
    slug: "aws-root-use",
    title: "Leave the root user alone",
    description: "The root user has not signed in, nor used a key, within 30 days.",
    remediation: "Do the daily work with roles. Find out what root was used for, and give a role the right to do it.",
    ...{ severity: "HIGH", maxPoints: 6, benchmark: cis("1.7"), of: isRoot },
    isBad: (row, days) =>
      days(row.password_last_used) < 30 || keys.some((one) => days(row[`access_key_${one}_last_used_date`]) < 30),
    examples: {
      pass: { user: "<root_account>", password_last_used: longAgo },
      fail: { user: "<root_account>", password_last_used: recently },
    },
  }),
  rowCheck({
    slug: "aws-console-mfa",
    title: "Require a second factor of everybody with a password",
    description: "Each IAM user with a console password has a second factor.",
    remediation: "IAM → **Users**: assign an MFA device to each user listed, or remove the console password.",
    ...{ severity: "HIGH", maxPoints: 8, benchmark: cis("1.10"), of: hasPassword },
    isBad: (row) => row.mfa_active !== "true",
    examples: {
      pass: { password_enabled: "true", mfa_active: "true" },
      fail: { password_enabled: "true", mfa_active: "false" },
    },
  }),
  rowCheck({
    slug: "aws-keys-at-creation",
    title: "Make no access keys for people in advance",
    description: "No user with a console password has a key that came with the user and was never used.",
    remediation: "IAM → **Users** → *Security credentials*: delete the keys that were never used.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("1.11"), of: hasPassword },
    isBad: (row, days) =>
      keys.some(
        (one) =>
          isActive(row, one) &&
          days(row[`access_key_${one}_last_used_date`]) === Number.POSITIVE_INFINITY &&
          Math.abs(days(row[`access_key_${one}_last_rotated`]) - days(row.user_creation_time)) * dayMs < 60_000,
      ),
    examples: {
      pass: {
        password_enabled: "true",
        user_creation_time: longAgo,
        ...key({ access_key_1_last_used_date: recently }),
      },
      fail: { password_enabled: "true", user_creation_time: recently, ...key({ access_key_1_last_used_date: "N/A" }) },
    },
  }),
  rowCheck({
    slug: "aws-unused-passwords",
    title: "Remove passwords that nobody uses",
    description: `No console password is unused for ${maxIdleDays} days.`,
    remediation: "IAM → **Users** → *Security credentials*: disable console access of each user listed.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.12"), of: hasPassword },
    isBad: (row, days) => days(row.password_last_used) > maxIdleDays && days(row.password_last_changed) > maxIdleDays,
    examples: {
      pass: { password_enabled: "true", password_last_used: recently },
      fail: { password_enabled: "true", password_last_used: longAgo, password_last_changed: longAgo },
    },
  }),
  rowCheck({
    slug: "aws-unused-keys",
    title: "Remove access keys that nobody uses",
    description: `No active access key is unused for ${maxIdleDays} days.`,
    remediation: "IAM → **Users** → *Security credentials*: deactivate the keys, wait, and delete them.",
    ...{ severity: "MEDIUM", maxPoints: 4, benchmark: cis("1.12"), of: hasKey },
    isBad: (row, days) =>
      keys.some(
        (one) =>
          isActive(row, one) &&
          days(row[`access_key_${one}_last_used_date`]) > maxIdleDays &&
          days(row[`access_key_${one}_last_rotated`]) > maxIdleDays,
      ),
    examples: {
      pass: key({ access_key_1_last_used_date: recently }),
      fail: key({ access_key_1_last_rotated: longAgo, access_key_1_last_used_date: "N/A" }),
    },
  }),
  rowCheck({
    slug: "aws-one-active-key",
    title: "Have one active access key a user",
    description: "A second active key is for the days of a rotation.",
    remediation: "IAM → **Users** → *Security credentials*: deactivate the older key of each user listed.",
    ...{ severity: "LOW", maxPoints: 2, benchmark: cis("1.13"), of: hasKey },
    isBad: (row) => keys.every((one) => isActive(row, one)),
    examples: { pass: key({}), fail: key({ access_key_2_active: "true" }) },
  }),
  rowCheck({
    slug: "aws-key-rotation",
    title: `Rotate access keys within ${maxKeyDays} days`,
    description: `No active access key is older than ${maxKeyDays} days.`,
    remediation:
      "Create a second key, put it in place, deactivate the old one, and delete it. Better: use roles, which need no keys.",
    ...{ severity: "MEDIUM", maxPoints: 5, benchmark: cis("1.14"), of: hasKey },
    isBad: (row, days) =>
      keys.some((one) => isActive(row, one) && days(row[`access_key_${one}_last_rotated`]) > maxKeyDays),
    examples: { pass: key({}), fail: key({ access_key_1_last_rotated: longAgo }) },
  }),
];
