/** The object types by name, before their fields: so that types can refer to each other. */

import type { App } from "#src/connector-kit/app.ts";
import type { Capability as CapabilityFacts } from "#src/connector-kit/capability.ts";
import type { AlertRow } from "#src/detection/alerts/list.ts";
import type { PolicyRow } from "#src/detection/policies/list.ts";
import type { ScanRow } from "#src/ingest/scan/list.ts";
import type { InstanceRow } from "#src/instances/list.ts";
import type { ActivityEvent } from "#src/inventory/activities/feed.ts";
import type { ActivityRow } from "#src/inventory/activities/row.ts";
import type { FileMatchRow } from "#src/inventory/files/list.ts";
import type { FileRow } from "#src/inventory/files/row.ts";
import type { IdentityRow } from "#src/inventory/identities/list.ts";
import type { OAuthAppRow } from "#src/inventory/oauth-apps/list.ts";
import type { GroupRow, PrivilegeRow } from "#src/inventory/users/groups.ts";
import type { UserRow } from "#src/inventory/users/list.ts";
import type { ContainmentRow } from "#src/response/governance/containments.ts";
import { builder } from "./builder.ts";

export type CapabilityOf = CapabilityFacts & { slug: string };

export const ConnectorRef = builder.objectRef<App>("Connector");
export const CapabilityRef = builder.objectRef<CapabilityOf>("Capability");
export const InstanceRef = builder.objectRef<InstanceRow>("Instance");
export const ScanRef = builder.objectRef<ScanRow>("Scan");
export const UserRef = builder.objectRef<UserRow>("User");
export const GroupRef = builder.objectRef<GroupRow>("Group");
export const PrivilegeRef = builder.objectRef<PrivilegeRow>("Privilege");
export const IdentityRef = builder.objectRef<IdentityRow>("Identity");
export const ActivityRef = builder.objectRef<ActivityRow>("Activity");
export const ActivityEventRef = builder.objectRef<ActivityEvent>("ActivityEvent");
export const AlertRef = builder.objectRef<AlertRow>("Alert");
export const FileRef = builder.objectRef<FileRow>("File");
export const FileMatchRef = builder.objectRef<FileMatchRow>("FileMatch");
export const OAuthAppRef = builder.objectRef<OAuthAppRow>("OAuthApp");
export const ContainmentRef = builder.objectRef<ContainmentRow>("Containment");
export const PolicyRef = builder.objectRef<PolicyRow>("Policy");
