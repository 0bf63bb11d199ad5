import { useQuery } from "urql";
import { DetectorsDocument } from "../../__generated__/settings.ts";
import { Badge } from "../../shared/badge.tsx";
import { Section } from "../../shared/page.tsx";
import { count } from "../../shared/words.ts";

/** What the content of files is searched for. */
export function Detectors() {
  const [{ data }] = useQuery({ query: DetectorsDocument });
  const detectors = data?.detectors ?? [];
  const categories = Object.entries(Object.groupBy(detectors, ({ category }) => category));
  if (detectors.length === 0) return null;
  return (
    <Section title="Detectors of content" hint={count(detectors.length)}>
      <div className="card card-pad">
        {categories.map(([category, list = []]) => (
          <details key={category} className="act-more">
            <summary>
              {category} <Badge>{count(list.length)}</Badge>
            </summary>
            <ul className="rows">
              {list.map(({ slug, name, description, builtIn }) => (
                <li key={slug} className="row">
                  <div className="row-main">
                    <span className="row-title">{name}</span>
                    <span className="row-note">{description}</span>
                  </div>
                  {!builtIn && <Badge tone="info">Own</Badge>}
                </li>
              ))}
            </ul>
          </details>
        ))}
      </div>
    </Section>
  );
}
