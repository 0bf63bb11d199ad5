import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { WebhookRegistration, WebhookResult } from "#src/connector-kit/contract/webhooks.ts";
import { WebhookRejectedError } from "#src/errors.ts";

export interface HookReceiver {
  url: string;
  /** What to check deliveries against; tests set them. */
  settings: Record<string, string>;
  registration: WebhookRegistration | null;
  /** Of deliveries, handshakes left out. */
  results: WebhookResult[];
  rejected: number;
  activities(): ActivityRecord[];
  close(): Promise<void>;
}

/** Receives the webhooks of one provider as the gateway does: proves and maps them, and answers what the connector wants answered. */
export async function receiveHooks(connector: Connector, secret: string): Promise<HookReceiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const query = Object.fromEntries(new URL(request.url ?? "", "http://x").searchParams);
    const delivery = { method: request.method ?? "", headers: request.headers as Record<string, string>, query };
    const { settings, registration } = receiver;
    try {
      const hook = { secret, settings, registration, now: new Date() };
      const result = connector.webhooks!.receive({ ...delivery, body: Buffer.concat(chunks) }, hook);
      if (request.method === "POST") receiver.results.push(result);
      response.writeHead(result.response?.status ?? 200, result.response?.headers).end(result.response?.body);
    } catch (error) {
      receiver.rejected += 1;
      response.writeHead(error instanceof WebhookRejectedError ? 403 : 500).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/${connector.manifest.slug}/1`,
    settings: {},
    registration: null,
    results: [],
    rejected: 0,
    activities: () => receiver.results.flatMap(({ activities = [] }) => activities),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
}
