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
  authenticators: { id: string; key: string; name: string; status: "ACTIVE" | "INACTIVE"; type: string }[];
  zones: Record<string, unknown>[];
  threatInsight: { action: string; excludeZones: string[]; created: string; lastUpdated: string };
  oktaSupport: { support: string; expiration: string | null; caseNumber: string | null };
  adminConsole: { sessionIdleTimeoutMinutes: number; sessionMaxLifetimeMinutes: number };
  clientPrivileges: { clientPrivilegesSetting: boolean };
  apiServices: {
    id: string;
    name: string;
    type: string;
    grantedScopes: string[];
    createdAt: string;
    createdBy: string;
  }[];
}

export function defaultSettings(seed: number): Settings {
  const rule = (
    number: number,
    type: string,
    name: string,
    actions: Record<string, unknown>,
    system = false,
  ): Rule => ({
    id: idAt("0pr", seed, number, 20),
    name,
    status: "ACTIVE",
    priority: system ? 2 : 1,
    type,
    system,
    actions,
    conditions: { people: { users: { exclude: [] } }, network: { connection: "ANYWHERE" } },
  });
  const policy = (
    number: number,
    type: string,
    name: string,
    rules: Rule[],
    settings?: Record<string, unknown>,
  ): Policy => ({
    id: idAt("00p", seed, number, 20),
    type,
    name,
    status: "ACTIVE",
    priority: 1,
    system: name.startsWith("Default"),
    ...(settings && { settings }),
    rules,
  });
  const signOn = (requireFactor: boolean, idleMinutes: number, lifetimeMinutes: number) => ({
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
  });
  const appSignOn = (factorMode: string, constraints: unknown[]) => ({
    appSignOn: {
      access: "ALLOW",
      verificationMethod: { type: "ASSURANCE", factorMode, reauthenticateIn: "PT2H", constraints },
    },
  });
  const authenticator = (number: number, key: string, name: string, type: string, active = true) => ({
    id: idAt("aut", seed, number, 20),
    key,
    name,
    type,
    status: active ? ("ACTIVE" as const) : ("INACTIVE" as const),
  });
  return {
    policies: [
      policy(0, "OKTA_SIGN_ON", "Staff", [rule(0, "SIGN_ON", "Everywhere", signOn(true, 60, 720))]),
      policy(1, "OKTA_SIGN_ON", "Default Policy", [rule(1, "SIGN_ON", "Default Rule", signOn(false, 120, 0), true)]),
      policy(
        2,
        "PASSWORD",
        "Default Policy",
        [
          rule(
            2,
            "PASSWORD",
            "Default Rule",
            {
              passwordChange: { access: "ALLOW" },
              selfServicePasswordReset: { access: "ALLOW" },
              selfServiceUnlock: { access: "DENY" },
            },
            true,
          ),
        ],
        {
          password: {
            complexity: {
              minLength: 8,
              minLowerCase: 1,
              minUpperCase: 1,
              minNumber: 1,
              minSymbol: 0,
              excludeUsername: true,
              dictionary: { common: { exclude: false } },
              excludeAttributes: [],
            },
            age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
            lockout: {
              maxAttempts: 10,
              autoUnlockMinutes: 0,
              userLockoutNotificationChannels: [],
              showLockoutFailures: false,
            },
          },
          recovery: {
            factors: { okta_email: { status: "ACTIVE", properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } } },
          },
          delegation: { options: { skipUnlock: false } },
        },
      ),
      policy(3, "ACCESS_POLICY", "Okta Admin Console", [
        rule(3, "ACCESS_POLICY", "Administrators", appSignOn("2FA", [{ possession: { deviceBound: "REQUIRED" } }])),
        rule(4, "ACCESS_POLICY", "Catch-all Rule", appSignOn("2FA", []), true),
      ]),
      policy(4, "ACCESS_POLICY", "Default Policy", [
        rule(5, "ACCESS_POLICY", "Catch-all Rule", appSignOn("1FA", []), true),
      ]),
      policy(
        5,
        "MFA_ENROLL",
        "Default Policy",
        [rule(6, "MFA_ENROLL", "Default Rule", { enroll: { self: "CHALLENGE" } }, true)],
        {
          type: "AUTHENTICATORS",
          authenticators: [
            { key: "okta_verify", enroll: { self: "REQUIRED" } },
            { key: "phone_number", enroll: { self: "OPTIONAL" } },
          ],
        },
      ),
    ],
    authenticators: [
      authenticator(0, "okta_password", "Password", "password"),
      authenticator(1, "okta_email", "Email", "email"),
      authenticator(2, "okta_verify", "Okta Verify", "app"),
      authenticator(3, "webauthn", "FIDO2 (WebAuthn)", "security_key"),
      authenticator(4, "phone_number", "Phone", "phone"),
      authenticator(5, "security_question", "Security Question", "security_question", false),
    ],
    zones: [
      {
        type: "IP",
        id: "nzo1offices",
        name: "Offices",
        status: "ACTIVE",
        usage: "POLICY",
        system: false,
        created: "2024-01-01T08:00:00.000Z",
        lastUpdated: "2024-01-01T08:00:00.000Z",
        gateways: [{ type: "CIDR", value: "198.51.100.0/24" }],
        proxies: null,
      },
      {
        type: "IP",
        id: "nzo2blocked",
        name: "BlockedIpZone",
        status: "ACTIVE",
        usage: "BLOCKLIST",
        system: true,
        created: "2024-01-01T08:00:00.000Z",
        lastUpdated: "2024-01-01T08:00:00.000Z",
        gateways: null,
        proxies: null,
      },
    ],
    threatInsight: {
      action: "audit",
      excludeZones: [],
      created: "2024-01-01T08:00:00.000Z",
      lastUpdated: "2024-01-01T08:00:00.000Z",
    },
    oktaSupport: { support: "DISABLED", expiration: null, caseNumber: null },
    adminConsole: { sessionIdleTimeoutMinutes: 30, sessionMaxLifetimeMinutes: 720 },
    clientPrivileges: { clientPrivilegesSetting: false },
    apiServices: [
      {
        id: idAt("0oa", seed, 500, 20),
        name: "SIEM collector",
        type: "siem_collector",
        grantedScopes: ["okta.logs.read"],
        createdAt: "2025-10-01T08:00:00.000Z",
        createdBy: idAt("00u", seed, 0, 20),
      },
    ],
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
