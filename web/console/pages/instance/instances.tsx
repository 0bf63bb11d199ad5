import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { InstanceChangesDocument, InstancesDocument } from "../../__generated__/instance.ts";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Page } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted } from "../../shared/words.ts";
import { InstanceHealth, troubleOf } from "./health.tsx";

export function Instances() {
  const [{ data, error }, read] = useQuery({ query: InstancesDocument });
  const again = useSoon(() => read({ requestPolicy: "network-only" }));
  const mayConnect = useMay("ADMIN");
  useChanges(InstanceChangesDocument, {}, ({ instanceChanged }) => {
    if (!data?.instances.nodes.some(({ id }) => id === instanceChanged.id)) again();
  });
  if (error && !data) return <Problem error={error} retry={again} />;
  const connect = mayConnect && (
    <Link to="/connect" className="button button-primary">
      Connect an app
    </Link>
  );
  return (
    <Page
      title="Instances"
      subtitle={data && counted(data.instances.nodes.length, "connected tenant")}
      query={{ document: InstancesDocument }}
      actions={connect}
    >
      {!data ? (
        <Loading />
      ) : data.instances.nodes.length === 0 ? (
        <div className="card">
          <Empty title="Nothing is connected yet">{connect || "An admin connects cloud apps."}</Empty>
        </div>
      ) : (
        <div className="card table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Instance</th>
                <th scope="col">Health</th>
                <th scope="col">Tenant</th>
                <th scope="col" className="number">
                  Accounts
                </th>
                <th scope="col">Last activity</th>
                <th scope="col">Attention</th>
              </tr>
            </thead>
            <tbody>
              {data.instances.nodes.map((instance) => (
                <tr key={instance.id}>
                  <td>
                    <Link to="/instances/$id" params={{ id: instance.id }}>
                      <InstanceLabel instance={instance} />
                    </Link>
                  </td>
                  <td>
                    <InstanceHealth instance={instance} />
                  </td>
                  <td className="muted">{instance.accountName ?? "–"}</td>
                  <td className="number">{count(instance.userCount)}</td>
                  <td>
                    <Time at={instance.lastActivityAt} />
                  </td>
                  <td className="muted">{troubleOf(instance) ?? openGaps(instance.gaps)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}

function openGaps(gaps: readonly { filledAt: string | null }[]): string {
  const open = gaps.filter(({ filledAt }) => filledAt === null).length;
  return open > 0 ? counted(open, "gap in its history", "gaps in its history") : "";
}
