import type { App } from "#src/connector-kit/app.ts";
import { capabilitiesOf } from "#src/connector-kit/capability.ts";
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
  .objectRef<{ name: string; fact: App["manifest"]["settings"][string] }>("SettingField")
  .implement({
    description: "A value that an admin enters to connect an app. Forms are generated from it.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Key of the value in `settings` of connectInstance." }),
      label: t.string({ description: "Label of the form field.", resolve: ({ fact }) => fact.label }),
      help: t.string({
        nullable: true,
        description: "Instructions where to find the value. Null if there are none.",
        resolve: ({ fact }) => fact.help ?? null,
      }),
      secret: t.boolean({
        description: "True if the value is encrypted at rest and never returned.",
        resolve: ({ fact }) => fact.secret ?? false,
      }),
      required: t.boolean({
        description: "True if a value must be supplied.",
        resolve: ({ fact }) => fact.required !== false && fact.default === undefined && !fact.generated,
      }),
      generated: t.boolean({
        description:
          "True if Gatehouse generates the value: prepareConnection returns it, an admin enters it at the provider, and connectInstance uses it. A supplied value is refused.",
        resolve: ({ fact }) => fact.generated !== undefined,
      }),
      options: t.stringList({
        nullable: true,
        description: "Values that are accepted. Null if any text is accepted.",
        resolve: ({ fact }) => (fact.options ? [...fact.options] : null),
      }),
      default: t.string({
        nullable: true,
        description: "Value that is used if none is supplied. Null if there is no default.",
        resolve: ({ fact }) => fact.default ?? null,
      }),
      example: t.string({
        nullable: true,
        description: "Example of a value. Null if there is none.",
        resolve: ({ fact }) => fact.example ?? null,
      }),
      multiline: t.boolean({
        description: "True if the value has several lines, such as a PEM key.",
        resolve: ({ fact }) => fact.multiline ?? false,
      }),
    }),
  });

const ConnectorComponent = builder
  .objectRef<{ name: string; label: string; description: string; requires: readonly string[] }>("ConnectorComponent")
  .implement({
    description: "A part of an app that can be selected separately.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Value for `components` of connectInstance." }),
      label: t.exposeString("label", { description: "Label to show to users." }),
      description: t.exposeString("description", { description: "Description of what the component covers." }),
      requires: t.stringList({
        description: "Names of the components that must be selected together with this one.",
        resolve: ({ requires }) => [...requires],
      }),
    }),
  });

const ConnectorStream = builder.objectRef<{ stream: Stream; fact: StreamFact }>("ConnectorStream").implement({
  description: "One kind of record that a connector reads.",
  fields: (t) => ({
    stream: t.field({ type: ScanStream, description: "Kind of the records.", resolve: ({ stream }) => stream }),
    everySeconds: t.int({
      description: "Interval between scans in seconds.",
      resolve: ({ fact }) => fact.everySeconds,
    }),
    realTime: t.boolean({
      description: "True if the app also pushes changes.",
      resolve: ({ fact }) => fact.realTime ?? false,
    }),
    providerDelay: t.string({
      nullable: true,
      description:
        "Longest delay with which the app itself provides records, as an ISO 8601 duration. Null if it is not documented.",
      resolve: ({ fact }) => fact.providerDelay ?? null,
    }),
    retroactivePeriod: t.string({
      nullable: true,
      description:
        "Period before the connection for which records are read, as an ISO 8601 duration: P7D is a week, PT0S nothing. Null if no fixed period applies.",
      resolve: ({ fact }) => fact.retroactivePeriod ?? null,
    }),
    scopes: t.stringList({
      description: "Scopes or permissions that the stream needs, under the provider's own names.",
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
  description: "The extent to which a connector supports one capability.",
  id: {
    resolve: ({ slug, kind }) => `${slug}/${kind}`,
    description: "Global id: opaque, and unique across all types.",
  },
  loadOne: (id) => capabilityOf(id.split("/")[0] as string, id.split("/")[1] as string),
  fields: (t) => ({
    kind: t.expose("kind", { type: CapabilityKind, description: "Kind of the capability." }),
    support: t.expose("support", {
      type: CapabilitySupport,
      description: "Level of support, computed from the code of the connector.",
    }),
    note: t.string({
      nullable: true,
      description: "Licence, scope or limit that applies. Null if there is none.",
      resolve: ({ note }) => note ?? null,
    }),
  }),
});

/** A capability of an instance's connector. */
export const capability = (slug: string, kind: Kind): CapabilityOf => capabilityOf(slug, kind) as CapabilityOf;

builder.node(ConnectorRef, {
  description: "One app of the catalogue, which Gatehouse can connect to or will support later.",
  id: { resolve: ({ manifest }) => manifest.slug, description: "Global id: opaque, and unique across all types." },
  loadOne: (slug) => connectorBySlug(slug) ?? null,
  fields: (t) => ({
    slug: t.string({
      description: "Stable short name in lower-case letters, with hyphens.",
      resolve: ({ manifest }) => manifest.slug,
    }),
    name: t.string({ description: "Name of the app.", resolve: ({ manifest }) => manifest.name }),
    description: t.string({
      description: "Description of the app and of the data that the connector reads.",
      resolve: ({ manifest }) => manifest.description,
    }),
    docs: t.string({
      description: "URL of the provider's API documentation.",
      resolve: ({ manifest }) => manifest.docs,
    }),
    lifecycle: t.field({
      type: ConnectorLifecycle,
      description: "Whether the app can be connected.",
      resolve: ({ manifest }) => manifest.lifecycle,
    }),
    authorization: t.field({
      type: AuthorizationKind,
      description: "How Gatehouse authenticates to the app.",
      resolve: ({ manifest }) => manifest.authorization,
    }),
    settings: t.field({
      type: [SettingField],
      description: "Values that an admin enters to connect the app.",
      resolve: ({ manifest }) => Object.entries(manifest.settings).map(([name, fact]) => ({ name, fact })),
    }),
    components: t.field({
      type: [ConnectorComponent],
      description: "Components that can be selected separately. Empty for most connectors.",
      resolve: ({ manifest }) =>
        Object.entries(manifest.components ?? {}).map(([name, fact]) => ({ name, requires: [], ...fact })),
    }),
    prerequisites: t.string({
      description: "Role, licence and set-up that are needed at the provider, as Markdown.",
      resolve: ({ manifest }) => manifest.prerequisites,
    }),
    dependsOn: t.field({
      type: [ConnectorRef],
      description:
        "The connectors whose accounts this connector uses. An instance of one of them must be connected first, unless `standalone` is true. Empty for most connectors.",
      resolve: ({ manifest }) => (manifest.dependsOn ?? []).flatMap((slug) => connectorBySlug(slug) ?? []),
    }),
    standalone: t.boolean({
      description:
        "True if the connector can be connected without an instance of those in `dependsOn`; accounts are then known with less detail. Also true where `dependsOn` is empty.",
      resolve: ({ manifest }) => (manifest.dependsOn ?? []).length === 0 || manifest.standalone === true,
    }),
    multiInstance: t.boolean({
      description: "True if several tenants can be connected, false if at most one can.",
      resolve: ({ manifest }) => manifest.multiInstance !== false,
    }),
    reenable: t.boolean({
      description: "True if a disabled instance can be enabled again, false if it cannot.",
      resolve: ({ manifest }) => manifest.reenable !== false,
    }),
    streams: t.field({
      type: [ConnectorStream],
      description: "Streams that the connector reads, with their schedule.",
      resolve: ({ manifest }) =>
        scanStreams.flatMap((stream) =>
          manifest.streams[stream] ? [{ stream, fact: manifest.streams[stream] as StreamFact }] : [],
        ),
    }),
    capabilities: t.field({
      type: [CapabilityRef],
      description: "All fifteen capabilities with the level of support for each.",
      resolve: (entry) => capabilitiesOf(entry).map((one) => ({ ...one, slug: entry.manifest.slug })),
    }),
    instances: t.field({
      type: InstanceConnection,
      description: "Connected tenants of the app, in the order in which they were added.",
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
    description: "All connectors of the catalogue, by name.",
    args: {
      lifecycle: t.arg({
        type: [ConnectorLifecycle],
        required: false,
        description: "Return only connectors in these lifecycles. Default: all.",
      }),
    },
    resolve: (_, { lifecycle }) =>
      connectors.filter(({ manifest }) => !lifecycle || lifecycle.includes(manifest.lifecycle)),
  }),
  connector: t.field({
    type: ConnectorRef,
    nullable: true,
    description: "One connector of the catalogue. Null if there is none with this slug.",
    args: { slug: t.arg.string({ required: true, description: "Slug of the connector." }) },
    resolve: (_, { slug }) => connectorBySlug(slug) ?? null,
  }),
}));
