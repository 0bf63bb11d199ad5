import type { Row } from "./soql.ts";

/** Settings of the baseline, as an org might have them. Source: tooling_api_objects_securityhealthcheckrisks */
export function baseline(): Row[] {
  const groups: Record<string, string> = {
    Identity: "mfaEnabled samlEnabled",
    PasswordPolicies:
      "maxLoginAttempts minPasswordLength complexity history expiration minOneDayPasswordLifetime obscureSecretAnswer questionRestriction lockoutInterval",
    SessionSettings:
      "timeout forceLogoutOnTimeout forceRelogin lockSessionsToDomain lockSessionsToIp enforceLoginIp terminateSessionsOnPasswordReset enableSmsIdentity icOn2faRegistration icOnEmailChange requireHttpOnly clickjackSetup clickjackNonSetup clickjackVisualForceHeaders clickjackVisualForceNoHeaders csrfGet csrfPost contentSniffingProtection cspOnEmail redirectionAllowUntrusted",
    LoginAccessPolicies: "adminLoginAsAnyUser",
    CertificateAndKeyManagement: "expiredCert certExpiration keySize",
    RemoteSiteSettings: "remoteSiteSettings",
    FileUploadAndDownloadSecurity: "hybridSecurityRiskFileTypes",
    SharingSettings: "orgWideDefaults",
    NetworkSecurity: "trustedIpRangesConfigured",
    GuestUserAccess: "guestEditAccess guestReadAccess guestAccessSharingRules",
    UserPIISettings: "enforceNameVisibility",
    ExternalClientApps: "metadataApiAccess",
  };
  const weak = new Set(["mfaEnabled", "lockSessionsToIp", "clickjackVisualForceNoHeaders", "guestReadAccess"]);
  return Object.entries(groups).flatMap(([SettingGroup, names]) =>
    names.split(" ").map((name) => ({
      ...{ DurableId: `${SettingGroup}.${name}`, Setting: name, SettingGroup },
      RiskType: weak.has(name) ? "HIGH_RISK" : "MEETS_STANDARD",
      ...{ OrgValue: weak.has(name) ? "Disabled" : "Enabled", StandardValue: "Enabled" },
    })),
  );
}

export function scoreOf(rows: readonly Row[]): string {
  return String(Math.round((100 * rows.filter(({ RiskType }) => RiskType === "MEETS_STANDARD").length) / rows.length));
}
