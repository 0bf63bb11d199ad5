/** Every app Gatehouse knows. A new one: its folder, and its line here; no other file names it. */

import { type CatalogueEntry, catalogueEntry } from "#src/connector-kit/connector.ts";
import type { LogSource } from "#src/connector-kit/log-source.ts";
import { atlassian } from "./atlassian/index.ts";
import { aws } from "./aws/index.ts";
import { azure } from "./azure/index.ts";
import { box } from "./box/index.ts";
import { docusign } from "./docusign/index.ts";
import { dropbox } from "./dropbox/index.ts";
import { egnyte } from "./egnyte/index.ts";
import { gcp } from "./gcp/index.ts";
import { github } from "./github/index.ts";
import { googleWorkspace } from "./google-workspace/index.ts";
import { netdocuments } from "./netdocuments/index.ts";
import { office365 } from "./office365/index.ts";
import { okta } from "./okta/index.ts";
import { onelogin } from "./onelogin/index.ts";
import { salesforce } from "./salesforce/index.ts";
import { servicenow } from "./servicenow/index.ts";
import { sharefile } from "./sharefile/index.ts";
import { slack } from "./slack/index.ts";
import { smartsheet } from "./smartsheet/index.ts";
import { webex } from "./webex/index.ts";
import { workday } from "./workday/index.ts";
import { workplace } from "./workplace/index.ts";
import { zendesk } from "./zendesk/index.ts";
import { zoom } from "./zoom/index.ts";

/** Sorted by name. */
export const connectors: readonly CatalogueEntry[] = [
  atlassian,
  aws,
  azure,
  box,
  docusign,
  dropbox,
  egnyte,
  gcp,
  github,
  googleWorkspace,
  netdocuments,
  office365,
  okta,
  onelogin,
  salesforce,
  servicenow,
  sharefile,
  slack,
  smartsheet,
  webex,
  workday,
  workplace,
  zendesk,
  zoom,
]
  .map(catalogueEntry)
  .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, "en"));

const bySlug = new Map(connectors.map((entry) => [entry.manifest.slug, entry]));

export function connectorBySlug(slug: string): CatalogueEntry | undefined {
  return bySlug.get(slug);
}

/** The logs of each app that Sigma has names for. */
export const logSources: readonly { connectorSlug: string; sources: readonly LogSource[] }[] = connectors.map(
  ({ manifest, logSources: sources }) => ({ connectorSlug: manifest.slug, sources }),
);
