import "./policies.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useQuery } from "urql";
import { CreatePolicyDocument, PolicyTemplatesDocument } from "../../__generated__/policies.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Empty, Loading } from "../../shared/empty.tsx";
import { Page } from "../../shared/page.tsx";
import { PolicyForm } from "./policy-form.tsx";

/** From scratch, from the filter of another page, or from a template. */
export function NewPolicy() {
  const { kind, filter, template: slug } = useSearch({ from: "/policies/new" });
  const navigate = useNavigate();
  const create = useAction(CreatePolicyDocument, { atFields: true });
  const [{ data }] = useQuery({ query: PolicyTemplatesDocument, pause: slug === undefined });
  const isAdmin = useMay("ADMIN");
  if (!isAdmin) return <Empty title="An admin makes policies">Your role is for looking at what they find.</Empty>;
  const template = data?.policyTemplates.find((each) => each.slug === slug);
  if (slug !== undefined && !data) return <Loading />;
  return (
    <Page
      title="New policy"
      subtitle={template ? `From the template “${template.name}”` : "Applies to what is stored from now on"}
      query={{ document: PolicyTemplatesDocument }}
    >
      <PolicyForm
        key={slug}
        isNew
        isBuiltIn={false}
        draft={{
          name: template?.name ?? "",
          description: template?.description ?? "",
          kind: template?.kind ?? kind ?? "ACTIVITY",
          severity: template?.severity ?? "MEDIUM",
          sensitivity: null,
          actions: [],
          maxTargetsPerDay: 10,
          rule: template ? JSON.stringify(template.filter, null, 2) : pretty(filter),
          threshold: template?.threshold
            ? { count: template.threshold.count, windowSeconds: template.threshold.windowSeconds }
            : null,
        }}
        isBusy={create.isRunning}
        errors={create.errors}
        onSave={async (input) => {
          const outcome = await create.run({
            input: { ...input, ...(template ? { templateSlug: template.slug } : {}) },
          });
          if (outcome.ok && outcome.value.policy)
            void navigate({ to: "/policies/$id", params: { id: outcome.value.policy.id } });
        }}
      />
    </Page>
  );
}

function pretty(json: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(json ?? "{}"), null, 2);
  } catch {
    // An address that was cut off: the person sees what is left.
    return json ?? "{}";
  }
}
