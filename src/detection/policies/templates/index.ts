import { administrationTemplates } from "./administration.ts";
import { dataTemplates } from "./data.ts";
import { signInTemplates } from "./sign-in.ts";
import type { PolicyTemplate } from "./template.ts";

/** Policies to start from. */
export const templates: readonly PolicyTemplate[] = [...signInTemplates, ...administrationTemplates, ...dataTemplates];

const bySlug = new Map(templates.map((template) => [template.slug, template]));

export function templateBySlug(slug: string): PolicyTemplate | undefined {
  return bySlug.get(slug);
}
