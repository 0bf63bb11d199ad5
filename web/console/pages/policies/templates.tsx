import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { PolicyTemplatesDocument } from "../../__generated__/policies.ts";
import { useMay } from "../../data/viewer.tsx";
import { State } from "../../shared/badge.tsx";
import { Loading, Problem } from "../../shared/empty.tsx";
import { words } from "../../shared/words.ts";

/** Policies to start from. */
export function Templates() {
  const [{ data, error }, read] = useQuery({ query: PolicyTemplatesDocument });
  const isAdmin = useMay("ADMIN");
  if (error && !data) return <Problem error={error} retry={read} />;
  if (!data) return <Loading />;
  return (
    <div className="cards">
      {data.policyTemplates.map((template) => (
        <div key={template.slug} className="card card-pad template">
          <h2>{template.name}</h2>
          <p>{template.description}</p>
          <p className="row-note">
            <State value={template.severity} /> <span>{words(template.kind)}</span>
            <span>{template.mitreTechniques.join(", ")}</span>
          </p>
          {isAdmin && (
            <Link className="button button-plain" to="/policies/new" search={{ template: template.slug }}>
              Use
            </Link>
          )}
        </div>
      ))}
    </div>
  );
}
