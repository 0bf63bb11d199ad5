import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { DeleteSuppressionDocument, SuppressionsDocument } from "../../__generated__/policies.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { JsonFacts } from "../../shared/facts.tsx";
import { Time } from "../../shared/time.tsx";
import { count } from "../../shared/words.ts";

export function Suppressions() {
  const [{ data, error }, read] = useQuery({ query: SuppressionsDocument });
  const remove = useAction(DeleteSuppressionDocument);
  const isAdmin = useMay("ADMIN");
  if (error && !data) return <Problem error={error} retry={read} />;
  if (!data) return <Loading />;
  if (data.suppressions.nodes.length === 0)
    return (
      <div className="card">
        <Empty title="Nothing is suppressed">A suppression is made from an alert, with a reason and an end.</Empty>
      </div>
    );
  return (
    <div className="card table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Findings</th>
            <th scope="col">Reason</th>
            <th scope="col">By</th>
            <th scope="col">Until</th>
            <th scope="col" className="number">
              Suppressed
            </th>
            <th scope="col">
              <span className="visually-hidden">Delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {data.suppressions.nodes.map((suppression) => (
            <tr key={suppression.id}>
              <td>
                <Link to="/policies/$id" params={{ id: suppression.policy.id }}>
                  {suppression.policy.name}
                </Link>
              </td>
              <td>
                <JsonFacts value={suppression.match} />
              </td>
              <td>{suppression.reason}</td>
              <td className="muted">{suppression.createdBy}</td>
              <td>{suppression.expiresAt ? <Time at={suppression.expiresAt} as="short" /> : "no end"}</td>
              <td className="number">{count(suppression.hits)}</td>
              <td className="number">
                {isAdmin && (
                  <Button
                    look="bare"
                    onClick={async () => {
                      if ((await remove.run({ id: suppression.id })).ok) read({ requestPolicy: "network-only" });
                    }}
                  >
                    Delete
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
