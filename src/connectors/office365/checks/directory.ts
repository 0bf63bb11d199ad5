import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { named, recordsOf, verdict } from "./check.ts";

/** `passwordValidityPeriodInDays` of domains whose passwords never expire. */
const never = 2_147_483_647;

export const directoryChecks: readonly Check[] = [
  {
    slug: "office365-password-expiry",
    title: "Let passwords not expire",
    description: "People who must change a password often choose a weaker one; change it when it may be known.",
    remediation:
      "Microsoft 365 admin center → **Settings** → **Org settings** → **Security & privacy** → *Password expiration policy*: never expire.",
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "1.3.1", scuba: "MS.AAD.6.1v1" }),
    needs: ["domains"],
    evaluate(snapshot) {
      const managed = recordsOf(snapshot, "domains").filter(
        ({ isVerified, authenticationType }) => isVerified === true && authenticationType !== "Federated",
      );
      const expiring = managed.filter(
        ({ passwordValidityPeriodInDays: days }) => typeof days === "number" && days < never,
      );
      return verdict(expiring.length === 0, { domains: expiring.map(({ id }) => id) });
    },
    examples: {
      pass: { domains: [{ id: "fabrikam.example", isVerified: true, passwordValidityPeriodInDays: never }] },
      fail: { domains: [{ id: "fabrikam.example", isVerified: true, passwordValidityPeriodInDays: 90 }] },
    },
  },
  {
    slug: "office365-password-hash-synchronisation",
    title: "Synchronise password hashes of a directory on premises",
    description:
      "Microsoft then finds passwords that have leaked, and people can sign in while the directory on premises cannot.",
    remediation: "Microsoft Entra Connect → **Optional features**: *Password hash synchronization*.",
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "5.1.8.1" }),
    needs: ["synchronisation"],
    evaluate(snapshot) {
      const { isHybrid, passwordSyncEnabled } = objectOf(snapshot.get("synchronisation"));
      return verdict(isHybrid !== true || passwordSyncEnabled === true, { isHybrid, passwordSyncEnabled });
    },
    examples: {
      pass: { synchronisation: { isHybrid: true, passwordSyncEnabled: true } },
      fail: { synchronisation: { isHybrid: true, passwordSyncEnabled: false } },
    },
  },
  {
    slug: "office365-sensitivity-labels",
    title: "Have sensitivity labels, and one that protects",
    description: "A label that encrypts goes with the file wherever it is taken.",
    remediation:
      "Microsoft Purview portal → **Information protection** → **Sensitivity labels**: create labels, one with access control, and publish them.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["labels"],
    evaluate(snapshot) {
      const all = recordsOf(snapshot, "labels").flatMap((label) => [label, ...listOf(label.sublabels).map(objectOf)]);
      const protecting = all.filter(({ hasProtection }) => hasProtection === true).length;
      return {
        ...verdict(protecting > 0, { labels: all.length, protecting }),
        ...(protecting === 0 && all.length > 0 ? { share: 0.5 } : {}),
      };
    },
    examples: { pass: { labels: [{ name: "Secret", hasProtection: true }] }, fail: { labels: [] } },
  },
];
