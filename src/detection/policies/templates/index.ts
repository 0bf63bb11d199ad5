import type { Connector } from "#src/connector-kit/connector.ts";
import type { FileTemplateFacts, TemplateFacts } from "#src/connector-kit/policy-template.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import { administrationTemplates } from "./administration.ts";
import { fileTemplates } from "./files.ts";
import { signInTemplates } from "./sign-in.ts";
import type { PolicyTemplate, SharedTemplate } from "./template.ts";

let all: Promise<readonly PolicyTemplate[]> | null = null;

/** Policies to start from: those that many apps share, then each app's own. Loads the code of every app when it is first asked. */
export function policyTemplates(): Promise<readonly PolicyTemplate[]> {
  all ??= loadConnectors().then(templatesFor);
  return all;
}

export async function templateBySlug(slug: string): Promise<PolicyTemplate | undefined> {
  return (await policyTemplates()).find((template) => template.slug === slug);
}

export function templatesFor(apps: readonly Connector[]): PolicyTemplate[] {
  return [
    ...[...signInTemplates, ...administrationTemplates].flatMap((template) => shared(template, apps)),
    ...apps.flatMap(({ manifest, templates }) =>
      (templates?.own ?? []).map((template) => ofOneApp(template, manifest.slug)),
    ),
    ...fileTemplates.flatMap((template) =>
      overFiles(
        template,
        apps.filter((app) => fitsFiles(template, app)),
      ),
    ),
    ...apps.flatMap((app) => (app.templates?.files ?? []).flatMap((template) => overFiles(template, [app]))),
  ];
}

function overFiles(
  { filter, content, examples, ...facts }: FileTemplateFacts,
  apps: readonly Connector[],
): PolicyTemplate[] {
  if (apps.length === 0) return [];
  return [
    {
      ...facts,
      kind: "FILE",
      threshold: null,
      connectorSlugs: apps.map(({ manifest }) => manifest.slug),
      filter: { ...filter },
      content: content ?? null,
      examples: [],
      fileExamples: examples,
    },
  ];
}

function fitsFiles({ content }: FileTemplateFacts, { manifest, readContent }: Connector): boolean {
  return manifest.streams.FILES !== undefined && (content === undefined || readContent !== undefined);
}

function ofOneApp({ filter, examples, ...facts }: TemplateFacts, connectorSlug: string): PolicyTemplate {
  return {
    ...facts,
    kind: "ACTIVITY",
    connectorSlugs: [connectorSlug],
    filter: { connectorSlugs: [connectorSlug], ...filter },
    examples: examples.map((example) => ({ ...example, connectorSlug })),
  };
}

/** With the event types that apps name for it; none where it fits no app. */
function shared(template: SharedTemplate, apps: readonly Connector[]): PolicyTemplate[] {
  const { eventTypesOfApps, filter, examples, ...facts } = template;
  const fitting = apps.filter((app) => fits(template, app));
  const [first] = fitting;
  if (!first) return [];
  const named = fitting.flatMap((app) => {
    const events = app.templates?.events?.[template.slug];
    return events ? [{ connectorSlug: app.manifest.slug, ...events }] : [];
  });
  const eventTypes = eventTypesOfApps ? { eventTypes: named.flatMap((one) => one.eventTypes) } : {};
  return [
    {
      ...facts,
      kind: "ACTIVITY",
      connectorSlugs: fitting.map(({ manifest }) => manifest.slug),
      filter: { ...filter, ...eventTypes },
      examples: [
        ...examples.map((example) => ({ ...example, connectorSlug: first.manifest.slug })),
        ...named.flatMap((one) => one.examples.map((example) => ({ ...example, connectorSlug: one.connectorSlug }))),
      ],
    },
  ];
}

function fits({ slug, filter, eventTypesOfApps }: SharedTemplate, { manifest, templates }: Connector): boolean {
  const log = manifest.streams.ACTIVITIES;
  if (!log) return false;
  if (filter.categories && !filter.categories.some((category) => log.categories?.includes(category))) return false;
  return !eventTypesOfApps || templates?.events?.[slug] !== undefined;
}
