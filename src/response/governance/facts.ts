import type { ProviderActionKind } from "#src/connector-kit/contract/kinds.ts";
import type { ActionFact } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug } from "#src/connectors/index.ts";

/** What the connector declares about an action; undefined when it has none of that kind. */
export function actionFact(connectorSlug: string, kind: string): ActionFact | undefined {
  return connectorBySlug(connectorSlug)?.manifest.actions?.[kind as ProviderActionKind];
}

/** To whom mail of this kind about a file goes, at the beginning of a sentence. */
export function whose(kind: string): string {
  return kind === "NOTIFY_FILE_OWNER" ? "The owner of the file" : "The person who changed the file last";
}
