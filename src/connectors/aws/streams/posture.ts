import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings, type SettingReaders } from "#src/connector-kit/settings.ts";
import { textIn, type Xml } from "#src/connector-kit/xml.ts";
import { ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { type Account, accountsOf, cloudTrail, iam, iamListing, jsonRequest, regionsOf } from "../api.ts";
import { accountBlock } from "../buckets.ts";
import { type CredentialReports, credentialReports, withReports } from "../credential-report.ts";
import { endpoint } from "../endpoints.ts";
import { bucketSettings } from "./bucket-settings.ts";
import { policySettings, roleSettings, userSettings } from "./identity-settings.ts";

/** Settings of all accounts under one key each: a list in which every entry names its account. */
export const posture: StreamFunction<"POSTURE"> = async function* (context, cursor) {
  let denied: ProviderScopeError | null = null;
  try {
    await credentialReports(context);
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    denied = error;
  }
  if (denied) {
    const refusal = denied;
    const refused = () => Promise.reject(refusal);
    yield { items: await readSettings(context, { ...readers(context), credentials: refused }), cursor: null };
    return;
  }
  yield* withReports(context, cursor, async function* (reports) {
    const credentials = async () => ({ readAt: context.now().toISOString(), rows: rowsOf(reports) });
    yield { items: await readSettings(context, { ...readers(context), credentials }), cursor: null };
  });
};

/** Columns that checks look at; certificates and regions stay out. */
const columns =
  /^(user|arn|user_creation_time|password_(enabled|last_used|last_changed)|mfa_active|access_key_[12]_(active|last_rotated|last_used_date))$/;

function rowsOf(reports: CredentialReports): Json[] {
  return [...reports].flatMap(([account, rows]) =>
    rows.map((row) => ({ account, ...Object.fromEntries(Object.entries(row).filter(([name]) => columns.test(name))) })),
  );
}

function readers(context: StreamContext): SettingReaders {
  const each = async (read: (account: Account) => Promise<readonly Json[]>) => {
    const found: Json[] = [];
    for (const account of accountsOf(context))
      for (const one of await read(account)) found.push({ account: account.id, ...one });
    return found;
  };
  const inRegions = (read: (account: Account, region: string) => Promise<Json>) =>
    each(async (account) => {
      const found: Json[] = [];
      for (const region of await regionsOf(context, account)) found.push({ region, ...(await read(account, region)) });
      return found;
    });
  const listed = (account: Account, action: string, list: string, parameters = {}) =>
    all(context, account, action, list, parameters);
  return {
    summaries: () => each(async (account) => [await summaryOf(context, account)]),
    passwordPolicies: () => each(async (account) => [{ policy: await passwordPolicyOf(context, account) }]),
    users: () => each((account) => userSettings(context, account)),
    roles: () => each((account) => roleSettings(context, account)),
    policies: () => each((account) => policySettings(context, account)),
    certificates: () =>
      each(async (account) =>
        (await listed(account, "ListServerCertificates", "ServerCertificateMetadataList")).map((one) => ({
          name: textIn(one, "ServerCertificateName"),
          expiration: textIn(one, "Expiration"),
        })),
      ),
    virtualDevices: () =>
      each(async (account) => {
        const devices = await listed(account, "ListVirtualMFADevices", "VirtualMFADevices");
        return [{ serialNumbers: devices.map((one) => textIn(one, "SerialNumber")) }];
      }),
    federation: () =>
      each(async (account) => {
        const { SAMLProviderList } = await iam(context, account, "ListSAMLProviders");
        return [{ providers: listOf(objectOf(SAMLProviderList).member).length }];
      }),
    contacts: () => each(async (account) => [{ security: await hasSecurityContact(context, account) }]),
    trails: () => each((account) => trailsOf(context, account)),
    recorders: () =>
      inRegions(async (account, region) => {
        const request = jsonRequest(
          context,
          "config",
          region,
          "StarlingDoveService.DescribeConfigurationRecorderStatus",
          {},
        );
        const { body } = await account.http.request({ ...request, retry: true });
        const states = listOf(objectOf(body).ConfigurationRecordersStatus).map(objectOf);
        return { isRecording: states.some(({ recording }) => recording === true) };
      }),
    analyzers: () =>
      inRegions(async (account, region) => {
        const url = `${endpoint(context.settings, "access-analyzer", region)}/analyzer`;
        const { body } = await account.http.get(url);
        const analyzers = needList(needObject(body, "body").analyzers, "analyzers").map(objectOf);
        const external = analyzers.filter(({ type }) => type === "ACCOUNT" || type === "ORGANIZATION");
        return { isActive: external.some(({ status }) => status === "ACTIVE") };
      }),
    detectors: () =>
      inRegions(async (account, region) => {
        const { body } = await account.http.get(`${endpoint(context.settings, "guardduty", region)}/detector`);
        return { count: listOf(objectOf(body).detectorIds).length };
      }),
    accountBlocks: () => each(async (account) => [{ block: await accountBlock(context, account) }]),
    buckets: () => each((account) => bucketSettings(context, account)),
  };
}

async function all(
  context: StreamContext,
  account: Account,
  action: string,
  list: string,
  parameters: Record<string, string>,
): Promise<Xml[]> {
  const listing = iamListing(context, account, { action, list, parameters });
  const found: Xml[] = [];
  for await (const { records, path } of walkPages(context, { name: action, ...listing }))
    for (const [index, record] of records.entries()) found.push(needObject(record, `${path}[${index}]`) as Xml);
  return found;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
async function summaryOf(context: StreamContext, account: Account): Promise<Json> {
  const result = await iam(context, account, "GetAccountSummary");
  const entries = listOf(objectOf(result.SummaryMap).entry).map(objectOf);
  return Object.fromEntries(entries.map(({ key, value }) => [String(key), Number(value)]));
}

async function passwordPolicyOf(context: StreamContext, account: Account): Promise<unknown> {
  try {
    return (await iam(context, account, "GetAccountPasswordPolicy")).PasswordPolicy ?? null;
  } catch (error) {
    // An account without a policy of its own has AWS's default.
    if (error instanceof ProviderNotFoundError) return null;
    throw error;
  }
}

async function hasSecurityContact(context: StreamContext, { http }: Account): Promise<boolean> {
  const url = `${endpoint(context.settings, "account", "us-east-1")}/getAlternateContact`;
  const json = { AlternateContactType: "SECURITY" };
  const { status } = await http.request({ method: "POST", url, json, allow: [404], retry: true });
  return status !== 404;
}

/** Trails with what they log. Trails of other regions are named in each region, and asked about in their own. */
async function trailsOf(context: StreamContext, account: Account): Promise<Json[]> {
  const home = context.settings.region ?? "us-east-1";
  const ask = async (region: string, action: string, json: object): Promise<Json> => {
    const request = jsonRequest(context, "cloudtrail", region, cloudTrail(action), json);
    return needObject((await account.http.request({ ...request, retry: true })).body, action);
  };
  const { trailList } = await ask(home, "DescribeTrails", { includeShadowTrails: true });
  const found: Json[] = [];
  for (const trail of needList(trailList, "trailList").map(objectOf)) {
    const region = textOf(trail.HomeRegion) ?? home;
    const Name = textOf(trail.TrailARN) ?? textOf(trail.Name) ?? "";
    const { IsLogging } = await ask(region, "GetTrailStatus", { Name });
    const selectors = await ask(region, "GetEventSelectors", { TrailName: Name });
    found.push({
      name: trail.Name,
      bucket: trail.S3BucketName,
      isMultiRegion: trail.IsMultiRegionTrail === true,
      isValidated: trail.LogFileValidationEnabled === true,
      isEncrypted: textOf(trail.KmsKeyId) !== null,
      isLogging: IsLogging === true,
      ...loggedBy(selectors),
    });
  }
  return found;
}

/** Which management and object events selectors take in. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
function loggedBy({ EventSelectors, AdvancedEventSelectors }: Json): Json {
  const kinds = new Set<string>();
  for (const one of listOf(EventSelectors).map(objectOf)) {
    const ways = one.ReadWriteType === "All" ? ["Read", "Write"] : [String(one.ReadWriteType).replace("Only", "")];
    const isOfObjects = listOf(one.DataResources).some((data) => objectOf(data).Type === "AWS::S3::Object");
    for (const way of ways) {
      if (one.IncludeManagementEvents === true) kinds.add(`management${way}`);
      if (isOfObjects) kinds.add(`objects${way}`);
    }
  }
  for (const one of listOf(AdvancedEventSelectors).map(objectOf)) {
    const equals = (field: string) =>
      listOf(objectOf(listOf(one.FieldSelectors).find((two) => objectOf(two).Field === field)).Equals).map(String);
    const [readOnly] = equals("readOnly");
    const ways = readOnly === undefined ? ["Read", "Write"] : [readOnly === "true" ? "Read" : "Write"];
    const isManagement = equals("eventCategory").includes("Management");
    const isOfObjects = equals("resources.type").includes("AWS::S3::Object");
    for (const way of ways) {
      if (isManagement) kinds.add(`management${way}`);
      if (isOfObjects) kinds.add(`objects${way}`);
    }
  }
  return { logs: [...kinds].toSorted() };
}
