import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";

const maxAdministrators = 6;

/** Logins for evidence: at most 50. */
function loginsOf(snapshot: PostureSnapshot, key: string): unknown[] {
  return listOf(snapshot.get(key)).map((user) => objectOf(user).login);
}

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), login: `p${index}@acme.test`, role: "coadmin" }));

export const peopleChecks: readonly Check[] = [
  {
    slug: "box-administrators",
    title: "Have few administrators",
    description: `At most ${maxAdministrators} active people are administrator or co-administrator.`,
    remediation: "Admin Console → **Users & Groups**: take the co-admin role from those who do not need it.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["administrators"],
    evaluate(snapshot) {
      const logins = loginsOf(snapshot, "administrators");
      if (logins.length === 0) return { result: "unknown", because: "Box names no administrator to this credential." };
      const evidence = { count: logins.length, administrators: logins.slice(0, 50) };
      return { result: logins.length <= maxAdministrators ? "pass" : "fail", evidence };
    },
    examples: { pass: { administrators: people(3) }, fail: { administrators: people(9) } },
  },
  {
    slug: "box-verification-exemptions",
    title: "Exempt nobody from two-step verification",
    description: "An exempted account has a password alone, whatever the enterprise requires.",
    remediation:
      "Admin Console → **Users & Groups** → the user → *Edit user access*: end the exemption from 2-step verification.",
    severity: "HIGH",
    maxPoints: 6,
    needs: ["exemptFromVerification"],
    evaluate(snapshot) {
      const logins = loginsOf(snapshot, "exemptFromVerification");
      return {
        result: logins.length === 0 ? "pass" : "fail",
        evidence: { count: logins.length, exempted: logins.slice(0, 50) },
      };
    },
    examples: { pass: { exemptFromVerification: [] }, fail: { exemptFromVerification: people(1) } },
  },
  {
    slug: "box-allowed-domains",
    title: "Keep public mail providers off the allowed domains",
    description: "A domain where anybody can have an address allows everybody.",
    remediation:
      "Admin Console → **Enterprise Settings** → **Content & Sharing** → *Allowlisted domains*: remove those of mail providers.",
    severity: "MEDIUM",
    maxPoints: 3,
    needs: ["allowedDomains"],
    evaluate(snapshot) {
      const domains = listOf(snapshot.get("allowedDomains")).map((entry) =>
        String(objectOf(entry).domain).toLowerCase(),
      );
      const open = domains.filter((domain) => mailProviders.has(domain));
      return { result: open.length === 0 ? "pass" : "fail", evidence: { domains: domains.slice(0, 50), open } };
    },
    examples: {
      pass: { allowedDomains: [{ domain: "partner.test", direction: "both" }] },
      fail: { allowedDomains: [{ domain: "gmail.com", direction: "both" }] },
    },
  },
];

const mailProviders = new Set(
  (
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.com gmx.de web.de " +
    "proton.me protonmail.com mail.ru yandex.ru qq.com 163.com"
  ).split(" "),
);
