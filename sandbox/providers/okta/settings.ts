import { idAt } from "../../generator.ts";

export interface Rule {
  id: string;
  name: string;
  status: "ACTIVE" | "INACTIVE";
  priority: number;
  type: string;
  system: boolean;
  actions: Record<string, unknown>;
  conditions: Record<string, unknown> | null;
}

export interface Policy {
  id: string;
  type: string;
  name: string;
  status: "ACTIVE" | "INACTIVE";
  priority: number;
  system: boolean;
  settings?: Record<string, unknown>;
  rules: Rule[];
}

/** Security settings as they are when nobody has looked after them much: some good, some not. */
export interface Settings {
  policies: Policy[];
  authenticators: { id: string; key: string; name: string; status: Policy["status"]; type: string }[];
  threatInsight: { action: string; excludeZones: string[]; created: string; lastUpdated: string };
  oktaSupport: { support: string; expiration: string | null; caseNumber: string | null };
  adminConsole: { sessionIdleTimeoutMinutes: number; sessionMaxLifetimeMinutes: number };
  clientPrivileges: { clientPrivilegesSetting: boolean };
}

export function defaultSettings(seed: number): Settings {
  return {
    policies: policies(seed),
    authenticators: authenticators.map(([key, name, type, status = "ACTIVE"], number) => ({
      id: idAt("aut", seed, number, 20),
      key,
      name,
      type,
      status,
    })),
    threatInsight: {
      action: "audit",
      excludeZones: [],
      created: "2024-01-01T08:00:00.000Z",
      lastUpdated: "2024-01-01T08:00:00.000Z",
    },
    oktaSupport: { support: "DISABLED", expiration: null, caseNumber: null },
    adminConsole: { sessionIdleTimeoutMinutes: 30, sessionMaxLifetimeMinutes: 720 },
    clientPrivileges: { clientPrivilegesSetting: false },
  };
}

const authenticators: [key: string, name: string, type: string, status?: Policy["status"]][] = [
  ["okta_password", "Password", "password"],
  ["okta_email", "Email", "email"],
  ["okta_verify", "Okta Verify", "app"],
  ["webauthn", "FIDO2 (WebAuthn)", "security_key"],
  ["phone_number", "Phone", "phone"],
  ["security_question", "Security Question", "security_question", "INACTIVE"],
];

function policies(seed: number): Policy[] {
  let rules = 0;
  const rule = (type: string, name: string, actions: Record<string, unknown>): Rule => {
    const system = /^(Default|Catch-all) Rule$/.test(name);
    return {
      id: idAt("0pr", seed, rules++, 20),
      name,
      status: "ACTIVE",
      priority: system ? 2 : 1,
      type,
      system,
      actions,
      conditions: { people: { users: { exclude: [] } }, network: { connection: "ANYWHERE" } },
    };
  };
  const policy = (type: string, name: string, rules: Rule[], settings?: Record<string, unknown>) => ({
    type,
    name,
    rules,
    ...(settings && { settings }),
  });
  return [
    policy("OKTA_SIGN_ON", "Staff", [rule("SIGN_ON", "Everywhere", signOn(true, 60, 720))]),
    policy("OKTA_SIGN_ON", "Default Policy", [rule("SIGN_ON", "Default Rule", signOn(false, 120, 0))]),
    policy("PASSWORD", "Default Policy", [rule("PASSWORD", "Default Rule", passwordActions)], passwordSettings()),
    policy("ACCESS_POLICY", "Okta Admin Console", [
      rule("ACCESS_POLICY", "Administrators", appSignOn("2FA", [{ possession: { deviceBound: "REQUIRED" } }])),
      rule("ACCESS_POLICY", "Catch-all Rule", appSignOn("2FA", [])),
    ]),
    policy("ACCESS_POLICY", "Default Policy", [rule("ACCESS_POLICY", "Catch-all Rule", appSignOn("1FA", []))]),
  ].map(
    (one, number): Policy => ({
      id: idAt("00p", seed, number, 20),
      status: "ACTIVE",
      priority: 1,
      system: one.name === "Default Policy",
      ...one,
    }),
  );
}

function signOn(requireFactor: boolean, idleMinutes: number, lifetimeMinutes: number): Record<string, unknown> {
  return {
    signon: {
      access: "ALLOW",
      requireFactor,
      ...(requireFactor && { factorPromptMode: "ALWAYS" }),
      primaryFactor: "PASSWORD_IDP",
      rememberDeviceByDefault: false,
      session: {
        usePersistentCookie: false,
        maxSessionIdleMinutes: idleMinutes,
        maxSessionLifetimeMinutes: lifetimeMinutes,
      },
    },
  };
}

function appSignOn(factorMode: string, constraints: unknown[]): Record<string, unknown> {
  const verificationMethod = { type: "ASSURANCE", factorMode, reauthenticateIn: "PT2H", constraints };
  return { appSignOn: { access: "ALLOW", verificationMethod } };
}

const passwordActions = {
  passwordChange: { access: "ALLOW" },
  selfServicePasswordReset: { access: "ALLOW" },
  selfServiceUnlock: { access: "DENY" },
};

/** New for each tenant: tests change it in place. */
function passwordSettings(): Record<string, unknown> {
  return {
    password: {
      complexity: {
        ...{ minLength: 8, minLowerCase: 1, minUpperCase: 1, minNumber: 1, minSymbol: 0, excludeUsername: true },
        ...{ dictionary: { common: { exclude: false } }, excludeAttributes: [] },
      },
      age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
      lockout: {
        ...{ maxAttempts: 10, autoUnlockMinutes: 0, userLockoutNotificationChannels: [], showLockoutFailures: false },
      },
    },
    recovery: {
      factors: { okta_email: { status: "ACTIVE", properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } } },
    },
    delegation: { options: { skipUnlock: false } },
  };
}

/** Sets `threatInsight.action`, `policies.2.settings.password.complexity.minLength` and the like. */
export function setSetting(settings: Settings, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let place = settings as unknown as Record<string, unknown>;
  for (const key of keys) {
    place = place[key] as Record<string, unknown>;
    if (!place) throw new Error(`no such setting: ${path}`);
  }
  place[last] = value;
}
