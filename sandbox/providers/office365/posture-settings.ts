import type { Office365Tenant } from "./tenant.ts";

type Json = Record<string, unknown>;

/** Security settings as they are when nobody has looked after them much: some good, some not. */
export interface Settings {
  securityDefaults: Json;
  authorization: Json;
  adminConsent: Json;
  conditionalAccess: Json[];
  crossTenant: Json;
  authenticationMethods: Json;
  groupSettings: Json[];
  synchronisation: Json;
  sharePoint: Json;
  /** Points of each control, of five. */
  scores: Record<string, number>;
}

const held = new WeakMap<Office365Tenant, Settings>();

export function settingsOf(tenant: Office365Tenant): Settings {
  const known = held.get(tenant);
  if (known) return known;
  const made = defaults();
  held.set(tenant, made);
  return made;
}

/** `sharePoint.sharingCapability`, `conditionalAccess.0.state`. */
export function setSetting(settings: Settings, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let place = settings as unknown as Json;
  for (const key of keys) {
    place = place[key] as Json;
    if (!place) throw new Error(`no such setting: ${path}`);
  }
  place[last] = value;
}

const at = "2026-01-12T09:00:00Z";

function policy(
  index: number,
  displayName: string,
  state: string,
  conditions: Json,
  grant: Json | null,
  session: Json | null = null,
): Json {
  return {
    id: `3f1a0c52-0000-4000-8000-00000000000${index}`,
    ...{ displayName, state, createdDateTime: at, modifiedDateTime: null, templateId: null },
    conditions: {
      users: {
        ...{ includeUsers: ["All"], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [] },
        ...{ excludeRoles: [], includeGuestsOrExternalUsers: null, excludeGuestsOrExternalUsers: null },
      },
      applications: {
        ...{ includeApplications: ["All"], excludeApplications: [], includeUserActions: [] },
        includeAuthenticationContextClassReferences: [],
      },
      ...{ clientAppTypes: ["all"], userRiskLevels: [], signInRiskLevels: [], servicePrincipalRiskLevels: [] },
      ...{ locations: null, platforms: null, devices: null, clientApplications: null, authenticationFlows: null },
      ...conditions,
    },
    grantControls: grant && {
      ...{ operator: "OR", builtInControls: [], customAuthenticationFactors: [], termsOfUse: [] },
      ...grant,
    },
    sessionControls: session,
  };
}

function defaults(): Settings {
  return {
    securityDefaults: {
      id: "00000000-0000-0000-0000-000000000005",
      ...{ displayName: "Security Defaults", description: "", isEnabled: false },
    },
    authorization: {
      ...{ id: "authorizationPolicy", displayName: "Authorization Policy", description: "" },
      ...{ allowInvitesFrom: "everyone", allowedToSignUpEmailBasedSubscriptions: true, allowedToUseSSPR: true },
      ...{ allowEmailVerifiedUsersToJoinOrganization: false, allowUserConsentForRiskyApps: null },
      ...{ blockMsolPowerShell: false, guestUserRoleId: "10dae51f-b6af-4016-8d66-8c2a99b929b3" },
      defaultUserRolePermissions: {
        ...{ allowedToCreateApps: true, allowedToCreateSecurityGroups: true, allowedToCreateTenants: true },
        ...{ allowedToReadBitlockerKeysForOwnedDevice: true, allowedToReadOtherUsers: true },
        permissionGrantPoliciesAssigned: ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
      },
    },
    adminConsent: {
      ...{ isEnabled: true, notifyReviewers: true, remindersEnabled: true, requestDurationInDays: 30, version: 0 },
      reviewers: [{ query: "/v1.0/users/1", queryType: "MicrosoftGraph", queryRoot: null }],
    },
    conditionalAccess: [
      policy(
        1,
        "Block legacy authentication",
        "enabled",
        { clientAppTypes: ["exchangeActiveSync", "other"] },
        { builtInControls: ["block"] },
      ),
      policy(2, "Require MFA of everybody", "enabled", {}, { builtInControls: ["mfa"] }),
      policy(
        3,
        "Require a managed device",
        "enabledForReportingButNotEnforced",
        {},
        { builtInControls: ["compliantDevice"] },
      ),
    ],
    crossTenant: {
      isServiceDefault: true,
      inboundTrust: {
        isMfaAccepted: false,
        isCompliantDeviceAccepted: false,
        isHybridAzureADJoinedDeviceAccepted: false,
      },
      ...Object.fromEntries(
        [
          "b2bCollaborationInbound",
          "b2bCollaborationOutbound",
          "b2bDirectConnectInbound",
          "b2bDirectConnectOutbound",
        ].map((name) => {
          const accessType = name.startsWith("b2bDirect") ? "blocked" : "allowed";
          return [
            name,
            {
              usersAndGroups: { accessType, targets: [{ target: "AllUsers", targetType: "user" }] },
              applications: { accessType, targets: [{ target: "AllApplications", targetType: "application" }] },
            },
          ];
        }),
      ),
    },
    authenticationMethods: {
      ...{ id: "authenticationMethodsPolicy", displayName: "Authentication Methods Policy", description: "" },
      ...{ lastModifiedDateTime: at, policyVersion: "1.5", policyMigrationState: "migrationInProgress" },
      registrationEnforcement: {
        authenticationMethodsRegistrationCampaign: {
          ...{ snoozeDurationInDays: 1, state: "default", excludeTargets: [], includeTargets: [] },
        },
      },
      authenticationMethodConfigurations: [
        method("fido2", "Fido2", "enabled"),
        method("microsoftAuthenticator", "MicrosoftAuthenticator", "enabled", {
          featureSettings: {
            displayAppInformationRequiredState: { state: "enabled" },
            displayLocationInformationRequiredState: { state: "disabled" },
          },
        }),
        method("sms", "Sms", "enabled"),
        method("voice", "Voice", "disabled"),
        method("email", "Email", "enabled"),
        method("temporaryAccessPass", "TemporaryAccessPass", "enabled", { isUsableOnce: false }),
      ],
    },
    groupSettings: [
      template("Group.Unified", {
        EnableGroupCreation: "true",
        AllowToAddGuests: "True",
        AllowGuestsToAccessGroups: "True",
      }),
      template("Consent Policy Settings", {
        EnableGroupSpecificConsent: "False",
        BlockUserConsentForRiskyApps: "True",
      }),
      template("Password Rule Settings", {
        ...{ EnableBannedPasswordCheck: "False", BannedPasswordList: "", LockoutThreshold: "10" },
        ...{ EnableBannedPasswordCheckOnPremises: "True", BannedPasswordCheckOnPremisesMode: "Audit" },
        LockoutDurationInSeconds: "60",
      }),
    ],
    synchronisation: { id: "1", features: { passwordSyncEnabled: true } },
    sharePoint: {
      ...{ sharingCapability: "externalUserAndGuestSharing", sharingDomainRestrictionMode: "none" },
      ...{ sharingAllowedDomainList: [], sharingBlockedDomainList: [], isResharingByExternalUsersEnabled: true },
      ...{ isRequireAcceptingUserToMatchInvitedUserEnabled: true, isLegacyAuthProtocolsEnabled: true },
      ...{ isUnmanagedSyncAppForTenantRestricted: false, isSiteCreationEnabled: true },
      ...{ deletedUserPersonalSiteRetentionPeriodInDays: 30 },
      idleSessionSignOut: { isEnabled: false, signOutAfterInSeconds: 0, warnAfterInSeconds: 0 },
    },
    scores: Object.fromEntries(controls.map((name, index) => [name, [0, 5, 2, 5][index % 4]!])),
  };
}

function method(type: string, id: string, state: string, more: Json = {}): Json {
  return {
    "@odata.type": `#microsoft.graph.${type}AuthenticationMethodConfiguration`,
    id,
    state,
    excludeTargets: [],
    ...more,
  };
}

function template(displayName: string, values: Record<string, string>): Json {
  return {
    id: `f0b2d6f5-${displayName.length.toString(16).padStart(4, "0")}-4000-8000-000000000001`,
    displayName,
    templateId: "62375ab9-6b52-47ed-826b-58e47e0e304b",
    values: Object.entries(values).map(([name, value]) => ({ name, value })),
  };
}

/** Controls that Microsoft rates in this tenant. It has no Teams. */
export const controls = [
  ...["exo_mailboxaudit", "exo_oauth2clientprofileenabled", "exo_individualsharing", "exo_outlookaddins"],
  ...["exo_mailtipsenabled", "exo_storageproviderrestricted", "exo_transportrulesallowlistdomains"],
  ...["mdo_blockmailforward", "mdo_autoforwardingmode", "mdo_safelinksforemail", "mdo_safelinksforOfficeApps"],
  ...["mdo_safeattachments", "mdo_atpprotection", "mdo_safedocuments", "mdo_commonattachmentsfilter", "mdo_zapmalware"],
  ...["mdo_zapphish", "mdo_antiphishingpolicies", "mdo_targetedusersprotection", "mdo_enabledomainstoprotect"],
  ...["mdo_highconfidencephishaction", "mdo_allowedsenderscombined", "mdo_connectionfilter"],
  ...["mdo_thresholdreachedaction", "mip_search_auditlog", "dlp_datalossprevention", "mip_DLP_policies_Teams"],
  ...["mip_sensitivitylabelspolicies", "mip_autosensitivitylabelspolicies", "CustomerLockBoxEnabled"],
  ...["SelfServicePasswordReset", "aad_linkedin_connection_disables"],
];
