/** Every app Gatehouse knows, sorted by name. A new connector: its folder, and its line here. */

import type { CatalogueEntry, Connector } from "#src/connector-kit/connector.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import type { LogSource } from "#src/connector-kit/log-source.ts";
import { logSources as atlassianLogs } from "./atlassian/log-sources.ts";
import { manifest as atlassian } from "./atlassian/manifest.ts";
import { logSources as awsLogs } from "./aws/log-sources.ts";
import { manifest as aws } from "./aws/manifest.ts";
import { logSources as azureLogs } from "./azure/log-sources.ts";
import { manifest as azure } from "./azure/manifest.ts";
import { manifest as box } from "./box/manifest.ts";
import { manifest as docusign } from "./docusign/manifest.ts";
import { manifest as dropbox } from "./dropbox/manifest.ts";
import { manifest as egnyte } from "./egnyte/manifest.ts";
import { logSources as gcpLogs } from "./gcp/log-sources.ts";
import { manifest as gcp } from "./gcp/manifest.ts";
import { github } from "./github/index.ts";
import { logSources as githubLogs } from "./github/log-sources.ts";
import { logSources as googleWorkspaceLogs } from "./google-workspace/log-sources.ts";
import { manifest as googleWorkspace } from "./google-workspace/manifest.ts";
import { manifest as netdocuments } from "./netdocuments/manifest.ts";
import { logSources as office365Logs } from "./office365/log-sources.ts";
import { manifest as office365 } from "./office365/manifest.ts";
import { okta } from "./okta/index.ts";
import { logSources as oktaLogs } from "./okta/log-sources.ts";
import { logSources as oneloginLogs } from "./onelogin/log-sources.ts";
import { manifest as onelogin } from "./onelogin/manifest.ts";
import { manifest as salesforce } from "./salesforce/manifest.ts";
import { manifest as servicenow } from "./servicenow/manifest.ts";
import { manifest as sharefile } from "./sharefile/manifest.ts";
import { manifest as slack } from "./slack/manifest.ts";
import { manifest as smartsheet } from "./smartsheet/manifest.ts";
import { manifest as webex } from "./webex/manifest.ts";
import { workday } from "./workday/index.ts";
import { workplace } from "./workplace/index.ts";
import { manifest as zendesk } from "./zendesk/manifest.ts";
import { manifest as zoom } from "./zoom/manifest.ts";

const coded = (code: Connector): CatalogueEntry => ({ manifest: code.manifest, code });
const planned = (manifest: Manifest): CatalogueEntry => ({ manifest, code: null });

export const connectors: readonly CatalogueEntry[] = [
  planned(atlassian),
  planned(aws),
  planned(azure),
  planned(box),
  planned(docusign),
  planned(dropbox),
  planned(egnyte),
  planned(gcp),
  coded(github),
  planned(googleWorkspace),
  planned(netdocuments),
  planned(office365),
  coded(okta),
  planned(onelogin),
  planned(salesforce),
  planned(servicenow),
  planned(sharefile),
  planned(slack),
  planned(smartsheet),
  planned(webex),
  coded(workday),
  coded(workplace),
  planned(zendesk),
  planned(zoom),
].sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, "en"));

const bySlug = new Map(connectors.map((entry) => [entry.manifest.slug, entry]));

export function connectorBySlug(slug: string): CatalogueEntry | undefined {
  return bySlug.get(slug);
}

/** The logs of each app that Sigma has names for. */
export const logSources: readonly { connectorSlug: string; sources: readonly LogSource[] }[] = [
  { connectorSlug: "atlassian", sources: atlassianLogs },
  { connectorSlug: "aws", sources: awsLogs },
  { connectorSlug: "azure", sources: azureLogs },
  { connectorSlug: "gcp", sources: gcpLogs },
  { connectorSlug: "github", sources: githubLogs },
  { connectorSlug: "google-workspace", sources: googleWorkspaceLogs },
  { connectorSlug: "office365", sources: office365Logs },
  { connectorSlug: "okta", sources: oktaLogs },
  { connectorSlug: "onelogin", sources: oneloginLogs },
];
