/** What an event was done to, as the System Log names it. */
export interface Target {
  id: string;
  type: string;
  alternateId: string | null;
  displayName: string | null;
  detailEntry: Record<string, unknown> | null;
}

/** Who did it: a person by id, login or handle, or the service app or API token that a change was made with. */
export interface Actor {
  actor?: string;
  client?: { id: string; name: string; tokenId?: string };
}

/** What makes an appended event differ from a generated one. */
export interface EventNote extends Actor {
  type?: string;
  ip?: string;
  failure?: boolean;
  targets?: Target[];
  /** Epoch ms: published earlier than it was stored. */
  publishedAt?: number;
}

export function target(
  type: string,
  id: string,
  name: string,
  more: Partial<Pick<Target, "alternateId" | "detailEntry">> = {},
): Target {
  return { id, type, alternateId: name, displayName: name, detailEntry: null, ...more };
}
