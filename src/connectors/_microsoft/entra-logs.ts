import type { FieldSource, LogSource } from "#src/connector-kit/log-source.ts";

/** Fields that tell of which log of Microsoft Entra, Azure or Microsoft 365 an event is. */
const marks = {
  signIns: ["appDisplayName", "properties.appDisplayName", "clientAppUsed"],
  audits: ["activityDisplayName", "properties.activityDisplayName"],
  risks: ["riskEventType"],
  subscriptionActivities: ["eventDataId", "operationName.value"],
  unifiedAudit: ["RecordType"],
} as const;

/** Fields of all logs but these: for `notWith`. */
export const otherThan = (...own: readonly (keyof typeof marks)[]) =>
  Object.entries(marks).flatMap(([log, fields]) => (own.includes(log as keyof typeof marks) ? [] : fields));

/** Exports to a workspace put what Graph gives under `properties`. */
const both = (name: string): string[] => [name, `properties.${name}`];

const signInFields: Record<string, readonly FieldSource[]> = {
  resulttype: ["resultType", ...both("status.errorCode")],
  resultdescription: ["resultDescription", ...both("status.failureReason"), ...both("status.additionalDetails")],
  status: ["gatehouse.outcome", ...both("status.failureReason"), ...both("status.additionalDetails"), "status"],
  username: both("userPrincipalName"),
  clientapp: both("clientAppUsed"),
  useragent: [...both("userAgent"), "gatehouse.userAgent"],
  location: [...both("location.countryOrRegion"), "location"],
  calleripaddress: ["callerIpAddress", ...both("ipAddress")],
  "properties.message": [
    "properties.message",
    ...both("authenticationProtocol").map((path) => ({
      path,
      as: (protocol: string) => ({ deviceCode: "Device Code", ropc: "ROPC" })[protocol] ?? protocol,
    })),
  ],
};

/** What happened, in the words of an audit. */
export const activityName = [...both("activityDisplayName"), "operationName"];

const auditFields: Record<string, readonly FieldSource[]> = {
  "properties.message": ["properties.message", ...activityName],
  operationname: activityName,
  activitytype: [...activityName, "activityType", ...both("operationType")],
  status: ["status", "gatehouse.outcome", ...both("result"), ...both("resultReason")],
  initiatedby: both("initiatedBy.user.userPrincipalName"),
  "initiatied.by": both("initiatedBy.user.userPrincipalName"),
  target: both("targetResources.userPrincipalName"),
  "additionaldetails.additionalinfo": [...both("additionalDetails.additionalInfo"), ...both("additionalDetails.value")],
  "consentcontext.isadminconsent": both("targetResources.modifiedProperties.ConsentContext.IsAdminConsent"),
  failure_status_reason: ["failure_status_reason", ...both("resultReason"), ...both("additionalDetails.value")],
};

/** `#microsoft.graph.invalidLicenseAlertIncident` → `invalidLicenseAlertIncident` */
const typeName = (type: string) => type.slice(type.lastIndexOf(".") + 1);

const properties = { rulePrefixes: ["properties."], eventPrefixes: ["properties."] };

/**
 * Logs of Microsoft Entra as Graph gives them.
 * Source: https://learn.microsoft.com/en-us/graph/api/resources/azure-ad-auditlog-overview
 */
export const entraLogs: readonly LogSource[] = [
  {
    product: "azure",
    services: ["signinlogs"],
    fields: signInFields,
    eventPrefixes: ["properties."],
    notWith: otherThan("signIns"),
  },
  {
    product: "azure",
    services: ["auditlogs"],
    fields: auditFields,
    eventPrefixes: ["properties."],
    notWith: otherThan("audits"),
  },
  {
    product: "azure",
    services: ["riskdetection"],
    fields: { riskeventtype: [...both("riskEventType"), ...both("riskType")] },
    ...properties,
    notWith: otherThan("risks"),
  },
  {
    product: "azure",
    services: ["pim"],
    fields: {
      riskeventtype: [...both("riskEventType"), { path: "@odata.type", as: typeName }, ...both("alertDefinitionId")],
    },
    ...properties,
    notWith: otherThan("risks"),
  },
];
