import type { SandboxKit, Tenant } from "../../provider.ts";

/** A channel that is notified of changes. https://developers.google.com/workspace/drive/api/guides/push */
export interface Channel {
  id: string;
  resourceId: string;
  resourceUri: string;
  token: string | undefined;
  address: string;
  /** Epoch ms. */
  expiration: number;
  /** Person, or id of a shared drive. */
  feed: number | string;
  messages: number;
}

/** The open channels of a customer. Nothing is signed, and bodies are empty. */
export class Channels {
  readonly all = new Map<string, Channel>();
  readonly #tenant: Pick<Tenant, "options">;
  readonly #kit: SandboxKit;

  constructor(tenant: Pick<Tenant, "options">, kit: SandboxKit) {
    this.#tenant = tenant;
    this.#kit = kit;
  }

  /** False when a channel with this id is open. The first message shows that it is. */
  open(channel: Channel): boolean {
    if (this.#isOpen(channel.id)) return false;
    this.all.set(channel.id, channel);
    void this.#send(channel, "sync");
    return true;
  }

  /** False when there is none of this resource. */
  stop(id: string, resourceId: string): boolean {
    const isThere = this.#isOpen(id) && this.all.get(id)?.resourceId === resourceId;
    return isThere && this.all.delete(id);
  }

  announce(feeds: readonly (number | string)[]): void {
    for (const channel of this.all.values())
      if (this.#isOpen(channel.id) && feeds.includes(channel.feed)) void this.#send(channel, "change");
  }

  #isOpen(id: string): boolean {
    return (this.all.get(id)?.expiration ?? 0) > this.#kit.now();
  }

  #send(channel: Channel, state: string): Promise<unknown> {
    channel.messages += 1;
    return this.#kit.deliver({
      tenant: this.#tenant,
      url: channel.address,
      headers: {
        "content-type": "application/json; utf-8",
        "x-goog-channel-id": channel.id,
        ...(channel.token !== undefined && { "x-goog-channel-token": channel.token }),
        "x-goog-channel-expiration": new Date(channel.expiration).toUTCString(),
        "x-goog-resource-id": channel.resourceId,
        "x-goog-resource-uri": channel.resourceUri,
        "x-goog-resource-state": state,
        "x-goog-message-number": String(channel.messages),
      },
      body: "",
      retryAfterMs: [500, 2000],
    });
  }
}
