import type { Check } from "#src/connector-kit/contract/checks.ts";
import { instantOf, objectOf } from "#src/connector-kit/record.ts";
import { list, some, stig, unknown, verdict } from "./judge.ts";

const maxSuperAdmins = 4;
const inactiveAfterDays = 35;
const dayMs = 86_400_000;

const adminExample = (lastLogin: string) => ({
  superAdmins: [{ login: "mira.holt@acme.test", lastLogin, readAt: "2026-11-20T00:00:00.000Z" }],
});
const tokenExample = (userId: string, connection: string) => ({
  apiTokens: [{ name: "backup", userId, connection }],
  superAdmins: [{ id: "00u1" }],
});

export const administratorChecks: readonly Check[] = [
  {
    slug: "okta-super-admins",
    title: "Have few super administrators, all of them active",
    description: `At most ${maxSuperAdmins} people may do everything, and each of them has signed in within the last ${inactiveAfterDays} days.`,
    remediation:
      "Admin Console → **Security** → **Administrators**: give those who do not need everything a smaller role, and take it from those who no longer sign in.",
    severity: "HIGH",
    maxPoints: 8,
    benchmark: stig("V-273188"),
    needs: ["superAdmins"],
    evaluate(snapshot) {
      const admins = list(snapshot, "superAdmins");
      if (admins.length === 0) return unknown("Okta names no super administrator to this credential.");
      const inactive = admins.filter(({ lastLogin, readAt }) => {
        const [last, now] = [instantOf(lastLogin), instantOf(readAt)];
        return !last || !now || now.getTime() - last.getTime() > inactiveAfterDays * dayMs;
      });
      const evidence = { count: admins.length, superAdmins: some(admins, "login"), inactive: some(inactive, "login") };
      return verdict(admins.length <= maxSuperAdmins && inactive.length === 0, evidence);
    },
    examples: { pass: adminExample("2026-11-18T07:42:19.000Z"), fail: adminExample("2026-08-18T07:42:19.000Z") },
  },
  {
    slug: "okta-api-tokens",
    title: "Bind API tokens to networks, and let no super administrator own one",
    description:
      "A token that works from anywhere is a password without a second factor; one that belongs to a super administrator opens everything.",
    remediation:
      "1. Admin Console → **Security** → **API** → **Tokens**: edit each token listed and choose a network zone.\n2. Make tokens with service accounts of a small role, or use a service app instead.",
    severity: "HIGH",
    maxPoints: 7,
    needs: ["apiTokens", "superAdmins"],
    evaluate(snapshot) {
      const tokens = list(snapshot, "apiTokens");
      const superAdmins = new Set(list(snapshot, "superAdmins").map(({ id }) => id));
      const anywhere = tokens.filter(({ connection }) => connection === "ANYWHERE" || connection === null);
      const powerful = tokens.filter(({ userId }) => superAdmins.has(userId));
      const bad = new Set([...anywhere, ...powerful]).size;
      const evidence = {
        tokens: tokens.length,
        fromAnywhere: some(anywhere, "name"),
        ofSuperAdmins: some(powerful, "name"),
      };
      return { ...verdict(bad === 0, evidence), share: tokens.length === 0 ? 1 : 1 - bad / tokens.length };
    },
    examples: { pass: tokenExample("00u2", "ZONE"), fail: tokenExample("00u1", "ANYWHERE") },
  },
  {
    slug: "okta-client-privileges",
    title: "Give new service apps no administrator role by default",
    description: "With this setting on, every new service app is a super administrator from its first minute.",
    remediation: "Admin Console → **Settings** → **Account** → *Public client app admins*: switch it off.",
    severity: "HIGH",
    maxPoints: 5,
    needs: ["clientPrivileges"],
    evaluate(snapshot) {
      const { clientPrivilegesSetting } = objectOf(snapshot.get("clientPrivileges"));
      if (typeof clientPrivilegesSetting !== "boolean") return unknown("Okta does not show this setting.");
      return verdict(!clientPrivilegesSetting, { clientPrivilegesSetting });
    },
    examples: {
      pass: { clientPrivileges: { clientPrivilegesSetting: false } },
      fail: { clientPrivileges: { clientPrivilegesSetting: true } },
    },
  },
];
