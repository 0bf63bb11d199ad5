import { InvalidInputError } from "#src/errors.ts";
import {
  decodeAnyId,
  parseAccountId,
  parseActivityId,
  parseLongNumber,
  parseNumber,
  parseScanId,
} from "#src/query/ids.ts";

export {
  accountId,
  accountKeys,
  activityId,
  activityKeys,
  apiTokenKey,
  containmentKey,
  containmentKeys,
  decodeAnyId,
  decodeId,
  deliveryKeys,
  destinationKey,
  encodeId,
  identityKey,
  identityKeys,
  instanceKey,
  instanceKeys,
  ipRangeKey,
  parseAccountId,
  parseActivityId,
  parseLongNumber,
  parseNumber,
  parseScanId,
  policyKey,
  policyKeys,
  scanKey,
} from "#src/query/ids.ts";

/** How the key of each type with an id of its own is read; throws InvalidInputError. */
const nodeKeys = new Map<string, (key: string) => unknown>([
  ["Activity", parseActivityId],
  ["Alert", parseScanId],
  ["ApiToken", parseNumber],
  ["AuditEntry", parseNumber],
  ["Capability", String],
  ["Connector", String],
  ["Containment", parseLongNumber],
  ["Delivery", parseLongNumber],
  ["Destination", parseNumber],
  ["File", parseAccountId],
  ["GovernanceAction", parseScanId],
  ["Group", parseAccountId],
  ["Identity", parseNumber],
  ["Instance", parseNumber],
  ["IpRange", parseNumber],
  ["OAuthApp", parseAccountId],
  ["Policy", parseNumber],
  ["Privilege", parseAccountId],
  ["Recommendation", parseAccountId],
  ["Scan", parseScanId],
  ["Suppression", parseNumber],
  ["User", parseAccountId],
]);

/** For node and nodes. Throws InvalidInputError when no such thing can be. */
export function checkNodeId(text: string, field: string[]): { type: string; key: string } {
  try {
    const id = decodeAnyId(text);
    const parse = nodeKeys.get(id.type);
    if (!parse) throw new InvalidInputError(`A ${id.type} has no id of its own.`);
    parse(id.key);
    return id;
  } catch (error) {
    throw error instanceof InvalidInputError
      ? new InvalidInputError(`"${text.slice(0, 60)}" is not an id of this API.`, field, { cause: error })
      : error;
  }
}
