import { capabilitiesOf } from "#src/connector-kit/capability.ts";
import type { CatalogueEntry } from "#src/connector-kit/connector.ts";
import {
  type CapabilityKind as Kind,
  type ScanStream as Stream,
  scanStreams,
} from "#src/connector-kit/contract/kinds.ts";
import type { StreamFact } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug, connectors } from "#src/connectors/index.ts";
import { type InstanceRow, instanceList } from "#src/instances/list.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs } from "./connections.ts";
import { AuthorizationKind, CapabilityKind, CapabilitySupport, ConnectorLifecycle, ScanStream } from "./enums.ts";
import { type CapabilityOf, CapabilityRef, ConnectorRef, InstanceRef } from "./refs.ts";
import { instanceFields } from "./row-fields.ts";
import { nameOf, nodeReading } from "./selection.ts";

export const InstanceConnection = connectionOf("Instance", InstanceRef);

const SettingField = builder
  .objectRef<{ name: string; fact: CatalogueEntry["manifest"]["settings"][string] }>("SettingField")
  .implement({
    description: "What an admin types in to connect an app: drives forms.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Key in `settings` of connectInstance." }),
      label: t.string({ description: "What to show beside the field.", resolve: ({ fact }) => fact.label }),
      help: t.string({
        nullable: true,
        description: "Where to find the value.",
        resolve: ({ fact }) => fact.help ?? null,
      }),
      secret: t.boolean({
        description: "Encrypted at rest and never returned.",
        resolve: ({ fact }) => fact.secret ?? false,
      }),
      required: t.boolean({
        description: "True if a value must be supplied.",
        resolve: ({ fact }) => fact.required !== false && fact.default === undefined && !fact.generated,
      }),
      generated: t.boolean({
        description:
          "True if Gatehouse makes the value: prepareConnection returns it, an admin enters it at the provider, and connectInstance uses it. A value that is sent is refused.",
        resolve: ({ fact }) => fact.generated !== undefined,
      }),
      options: t.stringList({
        nullable: true,
        description: "The values it may have; null: any text.",
        resolve: ({ fact }) => (fact.options ? [...fact.options] : null),
      }),
      default: t.string({
        nullable: true,
        description: "Used when it is left out.",
        resolve: ({ fact }) => fact.default ?? null,
      }),
      example: t.string({
        nullable: true,
        description: "What a value looks like.",
        resolve: ({ fact }) => fact.example ?? null,
      }),
      multiline: t.boolean({
        description: "The value has several lines (a PEM key).",
        resolve: ({ fact }) => fact.multiline ?? false,
      }),
    }),
  });

const ConnectorComponent = builder
  .objectRef<{ name: string; label: string; description: string; requires: readonly string[] }>("ConnectorComponent")
  .implement({
    description: "A part of an app that can be selected on its own.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Value in `components` of connectInstance." }),
      label: t.exposeString("label", { description: "What to show." }),
      description: t.exposeString("description", { description: "What it covers." }),
      requires: t.stringList({
        description: "Components that must be selected with it.",
        resolve: ({ requires }) => [...requires],
      }),
    }),
  });

const ConnectorStream = builder.objectRef<{ stream: Stream; fact: StreamFact }>("ConnectorStream").implement({
  description: "One kind of record a connector reads.",
  fields: (t) => ({
    stream: t.field({ type: ScanStream, description: "Which kind.", resolve: ({ stream }) => stream }),
    everySeconds: t.int({ description: "How often it is read.", resolve: ({ fact }) => fact.everySeconds }),
    realTime: t.boolean({
      description: "The app pushes changes as well.",
      resolve: ({ fact }) => fact.realTime ?? false,
    }),
    providerDelay: t.string({
      nullable: true,
      description: "How late the app itself may be, ISO 8601 duration.",
      resolve: ({ fact }) => fact.providerDelay ?? null,
    }),
    retroactivePeriod: t.string({
      nullable: true,
      description: "How far before connecting is read, ISO 8601 duration: P7D is a week, PT0S nothing.",
      resolve: ({ fact }) => fact.retroactivePeriod ?? null,
    }),
    scopes: t.stringList({
      description: "Scopes or permissions it needs, in the app's own words.",
      resolve: ({ fact }) => [...fact.scopes],
    }),
  }),
});

const capabilityOf = (slug: string, kind: string): CapabilityOf | null => {
  const entry = connectorBySlug(slug);
  const capability = entry && capabilitiesOf(entry).find((one) => one.kind === kind);
  return capability ? { ...capability, slug } : null;
};

builder.node(CapabilityRef, {
  description: "Whether a connector can do one kind of thing.",
  id: { resolve: ({ slug, kind }) => `${slug}/${kind}`, description: "Opaque id." },
  loadOne: (id) => capabilityOf(id.split("/")[0] as string, id.split("/")[1] as string),
  fields: (t) => ({
    kind: t.expose("kind", { type: CapabilityKind, description: "Which kind of thing." }),
    support: t.expose("support", {
      type: CapabilitySupport,
      description: "How far it goes: computed from what the code does.",
    }),
    note: t.string({
      nullable: true,
      description: "Licence, scope or limit that applies.",
      resolve: ({ note }) => note ?? null,
    }),
  }),
});

/** A capability of an instance's connector. */
export const capability = (slug: string, kind: Kind): CapabilityOf => capabilityOf(slug, kind) as CapabilityOf;

builder.node(ConnectorRef, {
  description: "One app that Gatehouse can connect to, or will.",
  id: { resolve: ({ manifest }) => manifest.slug, description: "Opaque id." },
  loadOne: (slug) => connectorBySlug(slug) ?? null,
  fields: (t) => ({
    slug: t.string({
      description: "Stable short name in small letters, with hyphens.",
      resolve: ({ manifest }) => manifest.slug,
    }),
    name: t.string({ description: "The app's name.", resolve: ({ manifest }) => manifest.name }),
    description: t.string({
      description: "What the app is and what the connector sees of it.",
      resolve: ({ manifest }) => manifest.description,
    }),
    docs: t.string({ description: "The provider's API documentation.", resolve: ({ manifest }) => manifest.docs }),
    lifecycle: t.field({
      type: ConnectorLifecycle,
      description: "Whether it can be connected.",
      resolve: ({ manifest }) => manifest.lifecycle,
    }),
    authorization: t.field({
      type: AuthorizationKind,
      description: "How Gatehouse proves itself to the app.",
      resolve: ({ manifest }) => manifest.authorization,
    }),
    settings: t.field({
      type: [SettingField],
      description: "What an admin types in to connect.",
      resolve: ({ manifest }) => Object.entries(manifest.settings).map(([name, fact]) => ({ name, fact })),
    }),
    components: t.field({
      type: [ConnectorComponent],
      description: "Selectable parts; empty for most.",
      resolve: ({ manifest }) =>
        Object.entries(manifest.components ?? {}).map(([name, fact]) => ({ name, requires: [], ...fact })),
    }),
    prerequisites: t.string({
      description: "Markdown: role, licence and set-up needed at the provider.",
      resolve: ({ manifest }) => manifest.prerequisites,
    }),
    dependsOn: t.field({
      type: [ConnectorRef],
      description:
        "Apps whose accounts are the accounts of this one. An instance of one of them must be connected first; empty for most.",
      resolve: ({ manifest }) => (manifest.dependsOn ?? []).flatMap((slug) => connectorBySlug(slug) ?? []),
    }),
    multiInstance: t.boolean({
      description: "False: one tenant at most.",
      resolve: ({ manifest }) => manifest.multiInstance !== false,
    }),
    reenable: t.boolean({
      description: "False: cannot be enabled again once disabled.",
      resolve: ({ manifest }) => manifest.reenable !== false,
    }),
    streams: t.field({
      type: [ConnectorStream],
      description: "What is read, how often, how far back.",
      resolve: ({ manifest }) =>
        scanStreams.flatMap((stream) =>
          manifest.streams[stream] ? [{ stream, fact: manifest.streams[stream] as StreamFact }] : [],
        ),
    }),
    capabilities: t.field({
      type: [CapabilityRef],
      description: "All fifteen kinds, always.",
      resolve: (entry) => capabilitiesOf(entry).map((one) => ({ ...one, slug: entry.manifest.slug })),
    }),
    instances: t.field({
      type: InstanceConnection,
      description: "Its connected tenants, in the order in which they were added.",
      args: {
        first: t.arg.int({ description: pagingArgs.first }),
        after: t.arg.string({ description: pagingArgs.after }),
      },
      resolve: ({ manifest }, args, context, info) => {
        const reading = nodeReading(instanceFields, info);
        return nestedConnection<InstanceRow>(
          context,
          "connector.instances",
          args,
          { reading: nameOf(reading) },
          () => instanceList(context.viewer, {}, reading),
          { instanceId: 0, externalId: manifest.slug },
        );
      },
    }),
  }),
});

builder.queryFields((t) => ({
  connectors: t.field({
    type: [ConnectorRef],
    description: "All apps of the catalogue, by name.",
    args: {
      lifecycle: t.arg({
        type: [ConnectorLifecycle],
        required: false,
        description: "Return only apps of these lifecycles. AVAILABLE: those that can be connected. Default: all.",
      }),
    },
    resolve: (_, { lifecycle }) =>
      connectors.filter(({ manifest }) => !lifecycle || lifecycle.includes(manifest.lifecycle)),
  }),
  connector: t.field({
    type: ConnectorRef,
    nullable: true,
    description: "One app of the catalogue; null when there is none of that name.",
    args: { slug: t.arg.string({ required: true, description: "Its stable short name." }) },
    resolve: (_, { slug }) => connectorBySlug(slug) ?? null,
  }),
}));
