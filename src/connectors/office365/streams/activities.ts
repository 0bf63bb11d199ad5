import type { Context } from "#src/connector-kit/contract/context.ts";
import type { StreamFunction, StreamPart, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { isSignInPart, readSignIns, signInParts } from "../../_microsoft/sign-in-log.ts";
import { isChosen } from "../components.ts";
import { contentParts, readAuditContent, unlicensedSignIns } from "./audit-content.ts";
import { auditPart, readDirectoryAudits } from "./directory-audits.ts";

/** Each log is a part, and each component brings its own. */
export const activityParts: StreamParts = async (context) => {
  const { components } = context;
  return [
    ...(isChosen(components, "management_events") ? [auditPart] : []),
    ...(isChosen(components, "signin_events") ? await partsOfSignIns(context) : []),
    ...(isChosen(components, "o365_activities") ? contentParts : []),
  ];
};

/**
 * Without a licence of Microsoft Entra ID P1 or P2, or without the permissions, Graph has no sign-ins: these parts are then off with that
 * reason, and sign-ins of people come from the audit log.
 */
async function partsOfSignIns({ http }: Context): Promise<readonly StreamPart[]> {
  const { refusal } = await optional(() => http.get("/auditLogs/signIns?$top=1"));
  return refusal === null ? signInParts : [...signInParts, unlicensedSignIns];
}

/** One of the logs: audits of the directory, sign-ins, or a type of content of the unified audit log. */
export const activities: StreamFunction<"ACTIVITIES"> = (context, cursor) => {
  const { part } = context;
  if (part === auditPart.name) return readDirectoryAudits(context, cursor);
  if (isSignInPart(part)) return readSignIns(context, cursor, part);
  return readAuditContent(context, cursor, part ?? "");
};
