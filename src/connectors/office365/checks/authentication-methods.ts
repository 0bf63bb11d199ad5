import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { named, noneFound, settingCheck, unknown, verdict } from "./check.ts";

const methods = "Microsoft Entra admin center → **Protection** → **Authentication methods**";
const passwords = `${methods} → **Password protection**`;

interface MethodsExample {
  [id: string]: { state?: string } & Record<string, unknown>;
}

const withMethods = (configurations: MethodsExample) => ({ authenticationMethods: { methods: configurations } });

function methodOf(snapshot: { get: (key: string) => unknown }, id: string): Record<string, unknown> {
  return objectOf(valueAt(snapshot.get("authenticationMethods"), `methods.${id}`));
}

const isOn = ({ state }: Record<string, unknown>): boolean => state === "enabled";

/** Authentication methods, and who can use them. */
export const authenticationMethodChecks: readonly Check[] = [
  {
    slug: "office365-weak-methods",
    title: "Switch off codes by text message, call and e-mail",
    description: "They can be redirected or read along on the way.",
    remediation: `${methods} → **Policies**: disable *SMS*, *Voice call* and *Email OTP*.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ cis: "5.2.3.5", scuba: "MS.AAD.3.5v2" }),
    needs: ["authenticationMethods"],
    evaluate(snapshot) {
      const weak = ["Sms", "Voice", "Email"].filter((id) => isOn(methodOf(snapshot, id)));
      return verdict(weak.length === 0, { enabled: weak });
    },
    examples: {
      pass: withMethods({ Sms: { state: "disabled" }, Voice: { state: "disabled" }, Email: { state: "disabled" } }),
      fail: withMethods({ Sms: { state: "enabled" } }),
    },
  },
  {
    slug: "office365-passkeys",
    title: "Allow passkeys",
    description: "Keys of hardware or device are the proof that no page can phish.",
    remediation: `${methods} → **Policies** → *Passkey (FIDO2)*: enable it for all users.`,
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["authenticationMethods"],
    evaluate: (snapshot) => verdict(isOn(methodOf(snapshot, "Fido2")), { state: methodOf(snapshot, "Fido2").state }),
    examples: {
      pass: withMethods({ Fido2: { state: "enabled" } }),
      fail: withMethods({ Fido2: { state: "disabled" } }),
    },
  },
  {
    slug: "office365-authenticator-context",
    title: "Show what is signed in to in Microsoft Authenticator",
    description: "People who see the app and the place do not confirm an attacker's sign-in.",
    remediation: `${methods} → **Policies** → *Microsoft Authenticator* → *Configure*: show application name and geographic location.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "5.2.3.1", scuba: "MS.AAD.3.3v2" }),
    needs: ["authenticationMethods"],
    evaluate(snapshot) {
      const authenticator = methodOf(snapshot, "MicrosoftAuthenticator");
      if (!isOn(authenticator)) return verdict(true, { state: authenticator.state });
      const { displayAppInformationRequiredState: app, displayLocationInformationRequiredState: place } = objectOf(
        authenticator.featureSettings,
      );
      const states = { app: objectOf(app).state, place: objectOf(place).state };
      // "default" is Microsoft's to decide, and has been switched on for all tenants.
      return verdict(states.app !== "disabled" && states.place !== "disabled", states);
    },
    examples: {
      pass: withMethods({
        MicrosoftAuthenticator: {
          state: "enabled",
          featureSettings: {
            displayAppInformationRequiredState: { state: "enabled" },
            displayLocationInformationRequiredState: { state: "enabled" },
          },
        },
      }),
      fail: withMethods({
        MicrosoftAuthenticator: {
          state: "enabled",
          featureSettings: {
            displayAppInformationRequiredState: { state: "disabled" },
            displayLocationInformationRequiredState: { state: "enabled" },
          },
        },
      }),
    },
  },
  {
    slug: "office365-temporary-passes",
    title: "Let temporary access passes be used once",
    description: "A pass that is used many times is a password.",
    remediation: `${methods} → **Policies** → *Temporary Access Pass* → *Configure*: require one-time use.`,
    severity: "LOW",
    maxPoints: 2,
    needs: ["authenticationMethods"],
    evaluate(snapshot) {
      const pass = methodOf(snapshot, "TemporaryAccessPass");
      return verdict(!isOn(pass) || pass.isUsableOnce === true, { state: pass.state, once: pass.isUsableOnce });
    },
    examples: {
      pass: withMethods({ TemporaryAccessPass: { state: "enabled", isUsableOnce: true } }),
      fail: withMethods({ TemporaryAccessPass: { state: "enabled", isUsableOnce: false } }),
    },
  },
  settingCheck({
    slug: "office365-methods-migration",
    title: "Complete the migration of authentication methods",
    description:
      "Until it is complete, the former settings of multifactor authentication and password reset hold as well.",
    remediation: `${methods} → **Policies** → *Manage migration*: Migration Complete.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ scuba: "MS.AAD.3.4v1" }),
    key: "authenticationMethods",
    field: "policyMigrationState",
    passes: (value) => value === "migrationComplete",
    examples: { pass: "migrationComplete", fail: "migrationInProgress" },
  }),
  settingCheck({
    slug: "office365-registration-campaign",
    title: "Ask people to set up Microsoft Authenticator",
    description: "People who still use text messages are led to something better when they sign in.",
    remediation: `${methods} → **Registration campaign**: enabled, or managed by Microsoft.`,
    severity: "LOW",
    maxPoints: 2,
    key: "authenticationMethods",
    field: "registrationEnforcement.authenticationMethodsRegistrationCampaign.state",
    passes: (value) => value !== "disabled",
    examples: { pass: "enabled", fail: "disabled" },
  }),
  noneFound({
    slug: "office365-administrators-registered",
    title: "Have all administrators registered for multifactor authentication",
    description:
      "An administrator without a second factor can be signed in as with a password, or registers one for the attacker.",
    remediation: `${methods} → **User registration details**: have the administrators named here register.`,
    severity: "HIGH",
    maxPoints: 8,
    key: "registrations",
    found: ({ administratorsWithoutMfa }) => listOf(administratorsWithoutMfa),
    examples: {
      pass: { users: 20, administratorsWithoutMfa: [] },
      fail: { users: 20, administratorsWithoutMfa: ["root@fabrikam.example"] },
    },
  }),
  {
    slug: "office365-members-capable",
    title: "Have all members able to use multifactor authentication",
    description:
      "A policy that asks for a second factor locks out those who have none, or lets the first caller register one.",
    remediation: `${methods} → **User registration details**: have the people named here register.`,
    severity: "MEDIUM",
    maxPoints: 6,
    ...named({ cis: "5.2.3.4" }),
    needs: ["registrations"],
    evaluate(snapshot) {
      const { members, notCapable, notCapableCount } = objectOf(snapshot.get("registrations"));
      const [all, without] = [Number(members) || 0, Number(notCapableCount) || 0];
      if (all === 0) return unknown("Microsoft lists nobody's registration.");
      const evidence = { members: all, withoutMfa: without, accounts: notCapable };
      return without === 0
        ? { result: "pass", evidence }
        : { result: "fail", share: Math.floor((100 * (all - without)) / all) / 100, evidence };
    },
    examples: {
      pass: { registrations: { members: 20, notCapable: [], notCapableCount: 0 } },
      fail: { registrations: { members: 20, notCapable: ["mara.lind@fabrikam.example"], notCapableCount: 1 } },
    },
  },
  passwordRule({
    slug: "office365-banned-passwords",
    title: "Ban passwords of the organisation's own",
    description: "The names of company, products and places are what people and attackers think of first.",
    remediation: `${passwords}: enforce a custom list, and fill it.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "5.2.3.2" }),
    passes: ({ EnableBannedPasswordCheck, BannedPasswordList }) =>
      EnableBannedPasswordCheck === "True" && textOf(BannedPasswordList) !== null,
    examples: {
      pass: { EnableBannedPasswordCheck: "True", BannedPasswordList: "fabrikam" },
      fail: { EnableBannedPasswordCheck: "False", BannedPasswordList: "" },
    },
  }),
  passwordRule({
    slug: "office365-banned-passwords-on-premises",
    title: "Enforce password protection in the directory on premises",
    description: "Otherwise the weak password is set there, and comes along.",
    remediation: `${passwords}: *Enable password protection on Windows Server Active Directory*, mode *Enforced*.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "5.2.3.3" }),
    passes: ({ EnableBannedPasswordCheckOnPremises, BannedPasswordCheckOnPremisesMode }) =>
      EnableBannedPasswordCheckOnPremises === "True" && BannedPasswordCheckOnPremisesMode === "Enforce",
    examples: {
      pass: { EnableBannedPasswordCheckOnPremises: "True", BannedPasswordCheckOnPremisesMode: "Enforce" },
      fail: { EnableBannedPasswordCheckOnPremises: "True", BannedPasswordCheckOnPremisesMode: "Audit" },
    },
  }),
  passwordRule({
    slug: "office365-lockout",
    title: "Lock an account after ten wrong passwords, for a minute or longer",
    description: "Microsoft's own values; laxer ones give more guesses.",
    remediation: `${passwords}: lockout threshold 10 or fewer, lockout duration 60 seconds or more.`,
    severity: "LOW",
    maxPoints: 3,
    passes: ({ LockoutThreshold = "10", LockoutDurationInSeconds = "60" }) =>
      Number(LockoutThreshold) <= 10 && Number(LockoutDurationInSeconds) >= 60,
    examples: {
      pass: { LockoutThreshold: "10", LockoutDurationInSeconds: "60" },
      fail: { LockoutThreshold: "50", LockoutDurationInSeconds: "60" },
    },
  }),
];

interface PasswordRule extends Omit<Check, "needs" | "evaluate" | "examples"> {
  passes: (values: Record<string, unknown>) => boolean;
  examples: { pass: Record<string, string>; fail: Record<string, string> };
}

/** The settings stand in a template that tenants make when they first change one; without it Microsoft's defaults hold: no list of one's own, 10 tries, 60 seconds. */
function passwordRule({ passes, examples, ...about }: PasswordRule): Check {
  const template = "Password Rule Settings";
  const stored = (values: Record<string, string>) => ({ groupSettings: { [template]: values } });
  return {
    ...about,
    needs: ["groupSettings"],
    evaluate(snapshot) {
      const { BannedPasswordList: list, ...values } = objectOf(objectOf(snapshot.get("groupSettings"))[template]);
      return verdict(passes({ ...values, BannedPasswordList: list }), { ...values, ownList: textOf(list) !== null });
    },
    examples: { pass: stored(examples.pass), fail: stored(examples.fail) },
  };
}
