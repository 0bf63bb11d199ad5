/** Settings of a customer, as the Policy API answers them: what was set, and what Google has set. */
export interface Policy {
  /** Without the prefix `settings/`. */
  type: string;
  unit: string;
  value: Record<string, unknown>;
  isSystem: boolean;
}

/** Organisational units by path. */
export const units: Readonly<Record<string, string>> = {
  "/": "03ph8a2z1root00",
  "/Sales": "03ph8a2z1sales0",
  "/Engineering": "03ph8a2z1engin0",
};

/** Half of it is as it should be. What is not here was never changed, and is not answered. */
export function defaultPolicies(): Policy[] {
  const at = (type: string, value: Record<string, unknown>, unit = "/", isSystem = false): Policy => ({
    type,
    unit,
    value,
    isSystem,
  });
  return [
    at("security.two_step_verification_enforcement", { enforcedFrom: "1970-01-01T00:00:00Z" }, "/", true),
    at("security.two_step_verification_enforcement", { enforcedFrom: "2025-03-01T00:00:00Z" }, "/Engineering"),
    at("security.two_step_verification_enforcement_factor", { allowedSignInFactorSet: "NO_TELEPHONY" }),
    at("security.two_step_verification_grace_period", { enrollmentGracePeriod: "604800s" }),
    at("security.session_controls", { webSessionDuration: "1209600s" }, "/", true),
    at("security.password", {
      ...{ allowedStrength: "STRONG", minimumLength: 12, maximumLength: 100 },
      ...{ enforceRequirementsAtLogin: true, allowReuse: false, expirationDuration: "0s" },
    }),
    at("security.super_admin_account_recovery", { enableAccountRecovery: false }),
    at("security.advanced_protection_program", {
      enableAdvancedProtectionSelfEnrollment: true,
      securityCodeOption: "CODES_NOT_ALLOWED",
    }),
    at("api_controls.unconfigured_third_party_apps", { accessLevel: "BLOCK_ALL_SCOPES" }),
    at("api_controls.internal_apps", { trustInternalApps: true }),
    at("workspace_marketplace.apps_access_options", { accessLevel: "ALLOW_LISTED_APPS", allowAllInternalApps: false }),
    at("drive_and_docs.external_sharing", {
      externalSharingMode: "ALLOWED",
      allowPublishingFiles: true,
      warnForExternalSharing: true,
    }),
    at("drive_and_docs.external_sharing", { externalSharingMode: "DISALLOWED" }, "/Sales"),
    at("drive_and_docs.external_file_warning", { highlightingEnabled: true }),
    at("drive_and_docs.service_status", { serviceState: "ENABLED" }, "/", true),
    at(
      "drive_and_docs.drive_for_desktop",
      { allowDriveForDesktop: true, restrictToAuthorizedDevices: false },
      "/",
      true,
    ),
    at("gmail.service_status", { serviceState: "ENABLED" }, "/", true),
    at("gmail.email_attachment_safety", {
      ...{ enableEncryptedAttachmentProtection: true, encryptedAttachmentProtectionConsequence: "SPAM_FOLDER" },
      ...{ enableAttachmentWithScriptsProtection: true, attachmentWithScriptsProtectionConsequence: "WARNING" },
    }),
    at("gmail.imap_access", { enableImapAccess: true }),
    at("gmail.pop_access", { enablePopAccess: false }),
    at("gmail.auto_forwarding", { enableAutoForwarding: false }),
    at("chat.chat_file_sharing", { externalFileSharing: "NO_FILES", internalFileSharing: "ALL_FILES" }),
    at("meet.service_status", { serviceState: "DISABLED" }),
    at("sites.service_status", { serviceState: "DISABLED" }),
    at("rule.system_defined_alerts", { displayName: "Leaked password", state: "ACTIVE" }, "/", true),
    at("rule.system_defined_alerts", { displayName: "Suspicious login", state: "INACTIVE" }),
    at("rule.dlp", {
      displayName: "Card numbers",
      state: "ACTIVE",
      triggers: ["google.workspace.drive.file.v1.share"],
    }),
  ];
}

/** https://cloud.google.com/identity/docs/reference/rest/v1/policies#Policy */
export function policyRecord(
  { type, unit, value, isSystem }: Policy,
  number: number,
  customerId: string,
): Record<string, unknown> {
  return {
    name: `policies/ahv4hg7qc24kvaghb7zihwf4riid4${String(number).padStart(4, "0")}`,
    customer: `customers/${customerId}`,
    policyQuery: {
      query: `entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('${units[unit]}'))`,
      orgUnit: `orgUnits/${units[unit]}`,
      sortOrder: isSystem ? 1 : 2,
    },
    setting: { type: `settings/${type}`, value },
    type: isSystem ? "SYSTEM" : "ADMIN",
  };
}
