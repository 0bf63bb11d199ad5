import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { cis, judge, list, verdict } from "./judge.ts";

const maxKeyAgeDays = 90;
const dayMs = 86_400_000;

const keyExample = (validAfterTime: string) => ({
  serviceAccountKeys: {
    readAt: "2026-11-20T00:00:00.000Z",
    keys: [
      {
        name: "projects/acme-prod/serviceAccounts/ci@acme-prod.iam.gserviceaccount.com/keys/1a2b",
        validAfterTime,
        disabled: false,
      },
    ],
  },
});
const apiKeyExample = (restrictions: object | null, createTime = "2026-11-01T00:00:00Z") => ({
  apiKeys: { readAt: "2026-11-20T00:00:00.000Z", keys: [{ displayName: "Maps", createTime, restrictions }] },
});

function isOlder(createdAt: unknown, readAt: unknown): boolean {
  const [created, now] = [instantOf(createdAt), instantOf(readAt)];
  return created === null || now === null || now.getTime() - created.getTime() > maxKeyAgeDays * dayMs;
}

export const keyChecks: readonly Check[] = [
  {
    slug: "gcp-service-account-keys",
    title: "Have no service account keys that people keep",
    description:
      "A key is a password that never asks for a second factor. Workload identity federation, impersonation and attached service accounts need none.",
    remediation:
      "**IAM & Admin** → **Service accounts** → **Keys**: replace each key listed, then delete it. Enforce `iam.disableServiceAccountKeyCreation`.",
    severity: "HIGH",
    maxPoints: 6,
    benchmark: cis("1.4"),
    needs: ["serviceAccountKeys"],
    evaluate(snapshot) {
      const keys = listOf(objectOf(snapshot.get("serviceAccountKeys")).keys).map(objectOf);
      const active = keys.filter(({ disabled }) => disabled !== true);
      return verdict(active.length === 0, { keys: active.length, found: active.slice(0, 50).map(({ name }) => name) });
    },
    examples: {
      pass: { serviceAccountKeys: { readAt: "2026-11-20T00:00:00.000Z", keys: [] } },
      fail: keyExample("2026-11-01T00:00:00Z"),
    },
  },
  {
    slug: "gcp-service-account-key-age",
    title: `Rotate service account keys within ${maxKeyAgeDays} days`,
    description: `No active key that people keep is older than ${maxKeyAgeDays} days.`,
    remediation: "Create a new key, put it in place, then disable and delete the old one.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("1.7"),
    needs: ["serviceAccountKeys"],
    evaluate(snapshot) {
      const { keys, readAt } = objectOf(snapshot.get("serviceAccountKeys"));
      const active = listOf(keys)
        .map(objectOf)
        .filter(({ disabled }) => disabled !== true);
      const old = active.filter(({ validAfterTime }) => isOlder(validAfterTime, readAt));
      return judge(active, old, ({ name, validAfterTime }) => ({ name, validAfterTime }));
    },
    examples: { pass: keyExample("2026-11-01T00:00:00Z"), fail: keyExample("2026-06-01T00:00:00Z") },
  },
  {
    slug: "gcp-api-key-restrictions",
    title: "Restrict API keys to apps and APIs",
    description: "Each API key names the addresses, sites or apps it works for, and the APIs it may call.",
    remediation:
      "**APIs & Services** → **Credentials**: set *Application restrictions* and *API restrictions* of each key listed, or delete it.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("1.13", "1.14"),
    needs: ["apiKeys"],
    evaluate(snapshot) {
      const keys = listOf(objectOf(snapshot.get("apiKeys")).keys).map(objectOf);
      const open = keys.filter(({ restrictions }) => {
        const { apiTargets, ...callers } = objectOf(restrictions);
        return listOf(apiTargets).length === 0 || Object.keys(callers).length === 0;
      });
      return judge(keys, open, ({ displayName, resource }) => textOf(displayName) ?? resource);
    },
    examples: {
      pass: apiKeyExample({
        apiTargets: [{ service: "maps-backend.googleapis.com" }],
        serverKeyRestrictions: { allowedIps: ["192.0.2.7"] },
      }),
      fail: apiKeyExample(null),
    },
  },
  {
    slug: "gcp-api-key-age",
    title: `Rotate API keys within ${maxKeyAgeDays} days`,
    description: `No API key is older than ${maxKeyAgeDays} days.`,
    remediation: "**APIs & Services** → **Credentials**: create a new key, put it in place, then delete the old one.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("1.15"),
    needs: ["apiKeys"],
    evaluate(snapshot) {
      const { keys, readAt } = objectOf(snapshot.get("apiKeys"));
      const all = listOf(keys).map(objectOf);
      return judge(
        all,
        all.filter(({ createTime }) => isOlder(createTime, readAt)),
        ({ displayName, createTime }) => ({ displayName, createTime }),
      );
    },
    examples: { pass: apiKeyExample(null), fail: apiKeyExample(null, "2026-01-01T00:00:00Z") },
  },
  {
    slug: "gcp-crypto-key-rotation",
    title: `Rotate encryption keys within ${maxKeyAgeDays} days`,
    description: `Each symmetric key of Cloud KMS rotates by itself every ${maxKeyAgeDays} days or more often.`,
    remediation: "**Security** → **Key Management**: set the rotation period of each key listed.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("1.10"),
    needs: ["cryptoKeys"],
    evaluate(snapshot) {
      const keys = list(snapshot, "cryptoKeys");
      const slow = keys.filter(({ rotationPeriod }) => {
        const seconds = Number.parseFloat(textOf(rotationPeriod) ?? "");
        return !(seconds * 1000 <= maxKeyAgeDays * dayMs);
      });
      return judge(keys, slow, ({ name, resource }) => name ?? resource);
    },
    examples: {
      pass: { cryptoKeys: [{ name: "k1", rotationPeriod: "7776000s" }] },
      fail: { cryptoKeys: [{ name: "k1", rotationPeriod: null }] },
    },
  },
];
