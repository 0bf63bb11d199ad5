import "./posture.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import {
  RecommendationChangesDocument,
  type RecommendationRowFragment,
  RecommendationsDocument,
  ScoresDocument,
  type ScoresQuery,
} from "../../__generated__/posture.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useConnection } from "../../data/use-connection.ts";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Chart } from "../../shared/chart.tsx";
import { type Column, DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Filter, FilterBar } from "../../shared/filter.tsx";
import { optionsOf, severities, totalText, useInstanceOptions } from "../../shared/options.ts";
import { Page } from "../../shared/page.tsx";
import { RecommendationDrawer } from "./recommendation-drawer.tsx";
import { filterOf, type PostureSearch, statuses } from "./search.ts";

const columns: Column<RecommendationRowFragment>[] = [
  { id: "severity", header: "Severity", width: "112px", cell: ({ severity }) => <State value={severity} /> },
  {
    id: "title",
    header: "Recommendation",
    width: "minmax(0, 2.6fr)",
    cell: ({ title }) => <span className="cell-main">{title}</span>,
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ({ instance }) => <InstanceLabel instance={instance} />,
  },
  {
    id: "points",
    header: "Points",
    width: "84px",
    align: "end",
    cell: ({ points, maxPoints }) => `${Math.round(points * 10) / 10} of ${maxPoints}`,
  },
  { id: "status", header: "Status", width: "168px", isWide: true, cell: ({ status }) => <State value={status} /> },
];

export function Posture() {
  const search = useSearch({ from: "/posture" });
  const navigate = useNavigate({ from: "/posture" });
  const set = (change: Partial<PostureSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const filter = useMemo(() => filterOf(search), [search]);
  const pages = useConnection(
    RecommendationsDocument,
    { filter, first: 100 },
    ({ recommendations }) => recommendations,
  );
  const [{ data: scores }, readScores] = useQuery({ query: ScoresDocument });
  const again = useSoon(() => {
    pages.refresh();
    readScores({ requestPolicy: "network-only" });
  }, 1_000);
  useChanges(RecommendationChangesDocument, {}, again);
  useShortcuts("Posture", [{ keys: "Escape", label: "Close the recommendation", run: () => set({ open: undefined }) }]);
  const instances = useInstanceOptions();
  return (
    <Page isFixed title="Posture" query={{ document: RecommendationsDocument, variables: { filter, first: 50 } }}>
      {scores && (
        <Scores
          scores={scores}
          chosen={search.instance}
          onChoose={(id) => set({ instance: search.instance?.includes(id) ? undefined : [id] })}
        />
      )}
      <FilterBar total={pages.isLoading ? null : totalText(pages.total, "recommendation")}>
        <Filter
          label="Status"
          options={optionsOf(statuses)}
          values={filter.status as string[]}
          onChange={(status) => set({ status: status as PostureSearch["status"] })}
        />
        <Filter
          label="Severity"
          options={optionsOf(severities)}
          values={search.severity}
          onChange={(severity) => set({ severity: severity as PostureSearch["severity"] })}
        />
        <Filter
          label="Instance"
          options={instances}
          values={search.instance}
          onChange={(instance) => set({ instance })}
        />
      </FilterBar>
      <DataTable
        label="Recommendations"
        columns={columns}
        pages={pages}
        openId={search.open}
        onOpen={({ id }) => set({ open: id })}
        empty={
          <Empty title="Nothing to address">Settings of the connected apps are checked daily, and on demand.</Empty>
        }
      />
      {search.open && (
        <RecommendationDrawer id={search.open} onClose={() => set({ open: undefined })} onDecided={again} />
      )}
    </Page>
  );
}

function Scores({
  scores,
  chosen,
  onChoose,
}: {
  scores: ScoresQuery;
  chosen: readonly string[] | undefined;
  onChoose(id: string): void;
}) {
  const { percentage, history } = scores.secureScore;
  const series = useMemo(
    () => ({
      times: history.map(({ date }) => Date.parse(date) / 1000),
      values: history.map((point) => point.percentage),
    }),
    [history],
  );
  const rated = scores.instances.nodes.filter(({ secureScore }) => secureScore !== null);
  return (
    <div className="scores">
      <div className="card card-pad score-total">
        <h2>Security score</h2>
        <p className="score-number">
          {Math.round(percentage)}
          <span>%</span>
        </p>
      </div>
      <div className="card score-trend">
        {history.length > 1 ? (
          <Chart
            {...series}
            kind="line"
            label={`Security score of the last 90 days, now ${Math.round(percentage)} percent`}
            height={92}
          />
        ) : (
          <p className="muted">The trend appears from the second day on.</p>
        )}
      </div>
      <div className="card card-pad score-apps">
        {rated.map((instance) => (
          <button
            key={instance.id}
            type="button"
            className="score-app"
            aria-pressed={chosen?.includes(instance.id) ?? false}
            onClick={() => onChoose(instance.id)}
          >
            <InstanceLabel instance={instance} />
            <meter min={0} max={100} value={instance.secureScore!.percentage} aria-label={instance.name} />
            <span>{Math.round(instance.secureScore!.percentage)}%</span>
          </button>
        ))}
      </div>
    </div>
  );
}
