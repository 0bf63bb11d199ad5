import "./overview.css";
import { Link, Navigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import {
  OverviewAlertsDocument,
  OverviewDocument,
  OverviewInstancesDocument,
  type OverviewQuery,
} from "../../__generated__/overview.ts";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { Bars, Line } from "../../shared/spark.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted, words } from "../../shared/words.ts";
import { InstanceHealth, troubleOf } from "../instance/health.tsx";

const dayMs = 86_400_000;

/** The start of the hour a day ago: the same for an hour, so that the answer is found in the cache. */
function lastDay(): string {
  return new Date(Math.floor((Date.now() - dayMs) / 3_600_000) * 3_600_000).toISOString();
}

export function Overview() {
  const [since] = useState(lastDay);
  const [{ data, error }, read] = useQuery({ query: OverviewDocument, variables: { since } });
  const again = useSoon(() => read({ requestPolicy: "network-only" }), 1_500);
  useChanges(OverviewAlertsDocument, {}, again);
  useChanges(OverviewInstancesDocument, {});
  const query = { document: OverviewDocument, variables: { since } };
  if (error && !data) return <Problem error={error} retry={again} />;
  if (!data) return <Loading rows={10} />;
  if (data.instances.nodes.length === 0)
    return (
      <Page title="Overview" query={query}>
        <Start />
      </Page>
    );
  return (
    <Page title="Overview" subtitle="What needs a person today" query={query}>
      <Figures data={data} />
      <div className="overview-columns">
        <div>
          <Alerts data={data} />
          <Actions data={data} />
        </div>
        <div>
          <Instances data={data} />
          <Recommendations data={data} />
        </div>
      </div>
    </Page>
  );
}

/** Nothing is connected: an admin goes on to connect the first app. */
function Start() {
  if (useMay("ADMIN")) return <Navigate to="/connect" replace />;
  return (
    <div className="card">
      <Empty title="Nothing is connected yet">
        An admin can connect cloud apps. What you may see of them appears here.
      </Empty>
    </div>
  );
}

function Figures({ data }: { data: OverviewQuery }) {
  const severities = [
    ["CRITICAL", data.critical],
    ["HIGH", data.high],
    ["MEDIUM", data.medium],
    ["LOW", data.low],
  ] as const;
  const open = severities.reduce((sum, [, { totalCount }]) => sum + (totalCount ?? 0), 0);
  const score = data.secureScore;
  const hours = useMemo(() => data.activity.map((bucket) => bucket.count), [data.activity]);
  const activities = hours.reduce((sum, each) => sum + each, 0);
  return (
    <div className="figures">
      <div className="figure card">
        <h2>Open alerts</h2>
        <p className="figure-number">{count(open)}</p>
        <ul className="severities">
          {severities.map(([severity, { totalCount }]) => (
            <li key={severity} className={`severity-${severity.toLowerCase()}${totalCount ? "" : " severity-none"}`}>
              <strong>{count(totalCount)}</strong> {words(severity).toLowerCase()}
            </li>
          ))}
        </ul>
      </div>
      <div className="figure card">
        <h2>Activities, 24 hours</h2>
        <p className="figure-number">{count(activities)}</p>
        <Bars values={hours} label={`Activities by hour, ${count(activities)} in 24 hours`} />
      </div>
      <div className="figure card">
        <h2>Security score</h2>
        <p className="figure-number">
          {Math.round(score.percentage)}
          <span className="figure-unit">%</span>
        </p>
        {score.history.length > 1 ? (
          <Line values={score.history.map(({ percentage }) => percentage)} label="Security score of the last 30 days" />
        ) : (
          <p className="muted">The trend appears from the second day on.</p>
        )}
      </div>
      <div className="figure card">
        <h2>Exposure</h2>
        <dl className="exposure">
          <div>
            <dt>
              <Link to="/people" search={{ kind: ["ADMIN"], status: ["ACTIVE"] }}>
                Administrators
              </Link>
            </dt>
            <dd>{count(data.admins.totalCount)}</dd>
          </div>
          <div>
            <dt>
              <Link to="/oauth-apps" search={{ level: ["HIGH"], state: ["UNDETERMINED"] }}>
                Apps with high permissions
              </Link>
            </dt>
            <dd>{count(data.riskyApps.totalCount)}</dd>
          </div>
          <div>
            <dt>
              <Link to="/files" search={{ sharing: ["PUBLIC"] }}>
                Public files
              </Link>
            </dt>
            <dd>{count(data.exposedFiles.totalCount)}</dd>
          </div>
        </dl>
      </div>
    </div>
  );
}

function Alerts({ data }: { data: OverviewQuery }) {
  return (
    <Section title="Newest alerts">
      <div className="card">
        {data.newest.nodes.length === 0 ? (
          <Empty title="No open alerts">Policies watch every new activity and file.</Empty>
        ) : (
          <ul className="rows">
            {data.newest.nodes.map((alert) => (
              <li key={alert.id} className="row">
                <State value={alert.severity} />
                <div className="row-main">
                  <Link className="row-title" to="/alerts" search={{ open: alert.id }}>
                    {alert.title}
                  </Link>
                  <span className="row-note">
                    <InstanceLabel instance={alert.instance} />
                    {alert.occurrences > 1 && <span>{counted(alert.occurrences, "occurrence")}</span>}
                  </span>
                </div>
                <span className="row-end">
                  <Time at={alert.lastOccurredAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Actions({ data }: { data: OverviewQuery }) {
  const waiting = data.awaiting.totalCount ?? 0;
  const shown = waiting > 0 ? data.awaiting.nodes : data.actions.nodes;
  return (
    <Section
      title={waiting > 0 ? "Actions awaiting approval" : "Latest actions"}
      hint={waiting > 0 ? count(waiting) : undefined}
    >
      <div className="card">
        {shown.length === 0 ? (
          <Empty title="No actions yet">
            Suspending an account or unsharing a file, by a person or a policy, is listed here.
          </Empty>
        ) : (
          <ul className="rows">
            {shown.map((action) => (
              <li key={action.id} className="row">
                <State value={action.status} />
                <div className="row-main">
                  <Link className="row-title" to="/actions" search={{ open: action.id }}>
                    {words(action.kind)}
                    {": "}
                    {action.user?.displayName ??
                      action.user?.email ??
                      action.file?.name ??
                      action.oauthApp?.name ??
                      "–"}
                  </Link>
                  <span className="row-note">
                    <InstanceLabel instance={action.instance} />
                    <span>by {action.requestedBy}</span>
                  </span>
                </div>
                <span className="row-end">
                  <Time at={action.createdAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Instances({ data }: { data: OverviewQuery }) {
  const instances = data.instances.nodes;
  const troubled = instances.filter((instance) => troubleOf(instance) !== null);
  return (
    <Section
      title="Instances"
      hint={troubled.length === 0 ? "all healthy" : `${counted(troubled.length, "needs", "need")} attention`}
    >
      <div className="card">
        <ul className="rows">
          {[...troubled, ...instances.filter((instance) => !troubled.includes(instance))]
            .slice(0, 8)
            .map((instance) => (
              <li key={instance.id}>
                <Link to="/instances/$id" params={{ id: instance.id }} className="row row-link">
                  <div className="row-main">
                    <span className="row-title">
                      <InstanceLabel instance={instance} />
                    </span>
                    {troubleOf(instance) && <span className="row-note">{troubleOf(instance)}</span>}
                  </div>
                  <span className="row-end">
                    <Time at={instance.lastActivityAt} />
                    <InstanceHealth instance={instance} />
                  </span>
                </Link>
              </li>
            ))}
        </ul>
      </div>
    </Section>
  );
}

function Recommendations({ data }: { data: OverviewQuery }) {
  const { nodes, totalCount } = data.recommendations;
  if (nodes.length === 0) return null;
  return (
    <Section title="Settings to address" hint={`${count(totalCount)} of high or critical severity`}>
      <div className="card">
        <ul className="rows">
          {nodes.map((recommendation) => (
            <li key={recommendation.id} className="row">
              <State value={recommendation.severity} />
              <div className="row-main">
                <Link className="row-title" to="/posture" search={{ open: recommendation.id }}>
                  {recommendation.title}
                </Link>
                <span className="row-note">
                  <InstanceLabel instance={recommendation.instance} />
                </span>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}
