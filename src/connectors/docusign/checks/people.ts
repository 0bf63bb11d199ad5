import type { Check, CheckResult } from "#src/connector-kit/contract/checks.ts";
import type { Json } from "#src/connector-kit/record.ts";
import type {
  Administrator,
  AdministratorProfile,
  ClaimedDomain,
  IdentityProvider,
  OfAccount,
} from "../streams/posture.ts";

const maxAdministrators = 5;
const idleAfterDays = 90;
const certificateDays = 30;

const verdict = (failing: readonly unknown[], more: Json = {}): CheckResult => ({
  result: failing.length === 0 ? "pass" : "fail",
  evidence: { ...more, failing: failing.slice(0, 50) },
});

const administrators = (count: number, idleDays: number | null = 3) => [
  {
    account: "Tern",
    value: Array.from({ length: count }, (_, index) => ({ email: `admin${index}@tern.example`, idleDays })),
  },
];
const provider = (daysLeft: number) => [{ name: "Entra", type: "saml", certificates: [{ valid: true, daysLeft }] }];

export const peopleChecks: readonly Check[] = [
  {
    slug: "docusign-single-sign-on",
    title: "Let an identity provider sign people in",
    description: "The organization has an identity provider: an account then ends with the person's employment.",
    remediation: "*DocuSign Admin > Identity Providers*: add yours, then bind it to every claimed domain.",
    ...{ severity: "HIGH", maxPoints: 8, needs: ["identityProviders"] },
    evaluate: (snapshot) => {
      const used = (snapshot.get("identityProviders") as IdentityProvider[]).filter(({ type }) => type !== "none");
      const evidence = { providers: used.map(({ name, type }) => ({ name, type })) };
      return { result: used.length > 0 ? "pass" : "fail", evidence };
    },
    examples: { pass: { identityProviders: provider(200) }, fail: { identityProviders: [] } },
  },
  {
    slug: "docusign-certificates",
    title: "Renew certificates of identity providers in time",
    description: `Each certificate is valid for ${certificateDays} days or more. When it ends, nobody can sign in, or single sign-on is switched off in haste.`,
    remediation: "*DocuSign Admin > Identity Providers*: upload the new certificate before the old one ends.",
    ...{ severity: "MEDIUM", maxPoints: 4, needs: ["identityProviders"] },
    evaluate: (snapshot) => {
      const providers = snapshot.get("identityProviders") as IdentityProvider[];
      if (!providers.some(({ certificates }) => certificates.length > 0))
        return { result: "unknown", because: "No identity provider with a certificate is set up." };
      const isFine = ({ valid, daysLeft }: IdentityProvider["certificates"][number]) =>
        valid && (daysLeft === null || daysLeft >= certificateDays);
      // Beside a good one an old one may stay.
      const failing = providers.filter(({ certificates }) => certificates.length > 0 && !certificates.some(isFine));
      return verdict(failing);
    },
    examples: { pass: { identityProviders: provider(200) }, fail: { identityProviders: provider(5) } },
  },
  {
    slug: "docusign-domains",
    title: "Claim the domains of your people, and bind them to the identity provider",
    description:
      "At least one domain is claimed, and each is active and bound to an identity provider: only its users are monitored and signed in by it.",
    remediation: "*DocuSign Admin > Domains*: prove each domain, and choose its identity provider.",
    ...{ severity: "HIGH", maxPoints: 6, needs: ["domains"] },
    evaluate: (snapshot) => {
      const domains = snapshot.get("domains") as ClaimedDomain[];
      if (domains.length === 0) return { result: "fail", evidence: { domains: 0 } };
      return verdict(
        domains.filter(({ isActive, hasProvider }) => !isActive || !hasProvider),
        { domains: domains.length },
      );
    },
    examples: {
      pass: { domains: [{ name: "tern.example", isActive: true, hasProvider: true }] },
      fail: { domains: [{ name: "tern.example", isActive: true, hasProvider: false }] },
    },
  },
  {
    slug: "docusign-administrators-two-step",
    title: "Ask administrators for a second factor",
    description: "Each account administrator signs in with two steps, or through the identity provider alone.",
    remediation: "*DocuSign Admin > Users*: require two-step verification, or single sign-on, of those named.",
    ...{ severity: "CRITICAL", maxPoints: 10, needs: ["administratorProfiles"] },
    evaluate: (snapshot) => {
      const profiles = snapshot.get("administratorProfiles") as AdministratorProfile[];
      if (profiles.length === 0) return { result: "unknown", because: "DocuSign names no administrator." };
      const failing = profiles.filter(({ twoStep, federated }) => !twoStep && !federated).map(({ email }) => email);
      return { ...verdict(failing), share: 1 - failing.length / profiles.length };
    },
    examples: {
      pass: { administratorProfiles: [{ email: "a@tern.example", twoStep: false, federated: true }] },
      fail: { administratorProfiles: [{ email: "a@tern.example", twoStep: false, federated: false }] },
    },
  },
  {
    slug: "docusign-administrator-count",
    title: "Have few administrators, and not just one",
    description: `Each account has two to ${maxAdministrators} active administrators.`,
    remediation: "*Users*: give those who need no administration another permission profile.",
    ...{ severity: "MEDIUM", maxPoints: 4, needs: ["administrators"] },
    evaluate: (snapshot) =>
      verdict(
        (snapshot.get("administrators") as OfAccount<Administrator[]>[])
          .filter(({ value }) => value.length < 2 || value.length > maxAdministrators)
          .map(({ account, value }) => ({
            account,
            count: value.length,
            administrators: value.slice(0, 20).map(({ email }) => email),
          })),
      ),
    examples: { pass: { administrators: administrators(3) }, fail: { administrators: administrators(9) } },
  },
  {
    slug: "docusign-idle-administrators",
    title: "Close administrators whom nobody uses",
    description: `Every administrator has signed in within the last ${idleAfterDays} days.`,
    remediation: "*Users*: close the memberships of those named, or give them another permission profile.",
    ...{ severity: "MEDIUM", maxPoints: 4, needs: ["administrators"] },
    evaluate: (snapshot) =>
      verdict(
        (snapshot.get("administrators") as OfAccount<Administrator[]>[]).flatMap(({ account, value }) =>
          value
            .filter(({ idleDays }) => idleDays === null || idleDays > idleAfterDays)
            .map((administrator) => ({ account, ...administrator })),
        ),
      ),
    examples: { pass: { administrators: administrators(3) }, fail: { administrators: administrators(3, 200) } },
  },
  {
    slug: "docusign-connect",
    title: "Send events out encrypted and signed",
    description:
      "Each Connect configuration publishes to an https address, and signs with HMAC, so that receivers can tell DocuSign from others.",
    remediation: "*Connect*: change the address to https, and switch on *Include HMAC Signature*.",
    ...{ severity: "MEDIUM", maxPoints: 4, needs: ["connect"] },
    evaluate: (snapshot) => {
      const all = (snapshot.get("connect") as OfAccount<Json[]>[]).flatMap(({ account, value }) =>
        value.map((one): Json => ({ account, ...one })),
      );
      return verdict(
        all.filter(({ isEncrypted, isSigned }) => !isEncrypted || !isSigned),
        { configurations: all.length },
      );
    },
    examples: {
      pass: {
        connect: [
          { account: "Tern", value: [{ name: "ERP", host: "erp.tern.example", isEncrypted: true, isSigned: true }] },
        ],
      },
      fail: {
        connect: [
          { account: "Tern", value: [{ name: "ERP", host: "erp.tern.example", isEncrypted: true, isSigned: false }] },
        ],
      },
    },
  },
];
