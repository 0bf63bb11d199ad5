import type { Connector } from "#src/connector-kit/connector.ts";
import type { ProviderActionKind, ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { ActionFact, Manifest, StreamFact } from "#src/connector-kit/contract/manifest.ts";
import type { StreamItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamPage, StreamPart } from "#src/connector-kit/contract/streams.ts";
import type { WebhookResult } from "#src/connector-kit/contract/webhooks.ts";
import { bareManifest } from "./made-up-connector.ts";

/** What was asked of the app: which part of which stream, from where. */
export interface Asked {
  stream: ScanStream;
  part: string | null;
  cursor: string | null;
  from: Date;
}

/** An app whose every answer a test makes up. */
export class MadeUpApp {
  parts: Partial<Record<ScanStream, StreamPart[]>> = {};
  /** What listing the parts throws. */
  partsFail: Error | null = null;
  missingScopes: string[] = [];
  /** The organisation's domains, as the app states them. */
  domains: string[] | undefined;
  /** What a webhook delivery carries. */
  delivery: WebhookResult = {};
  asked: Asked[] = [];
  /** Pages that a stream function yields, one after the other; what it throws, the app answers. */
  answer: (asked: Asked) => StreamPage<StreamItem>[] = () => [];

  /** Answers every question to one stream with these pages. */
  serve(stream: ScanStream, ...pages: StreamPage<StreamItem>[]): void {
    const before = this.answer;
    this.answer = (asked) => (asked.stream === stream ? pages : before(asked));
  }

  /** Parts of a stream that were read so far, in order. */
  readParts(stream: ScanStream): (string | null)[] {
    return this.asked.filter((one) => one.stream === stream).map(({ part }) => part);
  }
}

export interface MadeUpFacts {
  streams: Partial<Record<ScanStream, StreamFact>>;
  /** Streams that consist of parts. */
  inParts?: readonly ScanStream[];
  actions?: Partial<Record<ProviderActionKind, ActionFact>>;
  components?: Manifest["components"] & object;
}

/** A connector of these facts over made-up apps; the setting `account` names one. */
export function madeUpConnector(appOf: (account: string) => MadeUpApp, facts: MadeUpFacts): Connector {
  const of = ({ settings }: { settings: Record<string, string> }) => appOf(settings.account as string);
  const streams = Object.keys(facts.streams) as ScanStream[];
  return {
    manifest: {
      ...bareManifest,
      slug: "fake",
      name: "Fake",
      hosts: [],
      streams: Object.fromEntries(
        streams.map((stream) => [
          stream,
          { ...facts.streams[stream]!, ...(facts.inParts?.includes(stream) ? { parts: true as const } : {}) },
        ]),
      ),
      ...(facts.components ? { components: facts.components } : {}),
      ...(facts.actions ? { actions: facts.actions } : {}),
    },
    baseUrl: () => "https://fake.example",
    authorization: { interactive: () => false, sign: () => ({}) },
    testConnection: async (context) => ({
      externalAccountId: context.settings.account as string,
      accountName: "Acme",
      missingScopes: of(context).missingScopes,
      ...(of(context).domains ? { domains: of(context).domains! } : {}),
    }),
    streams: Object.fromEntries(
      streams.map((stream) => [
        stream,
        async function* (
          context: { settings: Record<string, string>; part: string | null; from: Date },
          cursor: string | null,
        ) {
          const asked = { stream, part: context.part, cursor, from: context.from };
          const app = of(context);
          app.asked.push(asked);
          yield* app.answer(asked);
        },
      ]),
    ) as Connector["streams"],
    parts: Object.fromEntries(
      (facts.inParts ?? []).map((stream) => [
        stream,
        async (context: { settings: Record<string, string> }) => {
          const app = of(context);
          if (app.partsFail) throw app.partsFail;
          return app.parts[stream] ?? [];
        },
      ]),
    ),
    webhooks: { receive: (_, { settings }) => appOf(settings.account as string).delivery },
    actions: Object.fromEntries(
      Object.keys(facts.actions ?? {}).map((kind) => [kind, async () => ({ changed: true })]),
    ),
    checks: [],
  };
}

/** A page that ends a listing. */
export function lastPage(...items: StreamItem[]): StreamPage<StreamItem> {
  return { items, cursor: null };
}

export function person(externalId: string, other: Partial<UserRecord> = {}): UserRecord {
  return { externalId, login: `${externalId}@acme.example`, status: "ACTIVE", raw: { id: externalId }, ...other };
}

/** An array within an array, and so on. */
export function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
