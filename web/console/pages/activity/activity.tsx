import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useQuery } from "urql";
import { ActivitiesDocument, ActivityGapsDocument, ActivityHistogramDocument } from "../../__generated__/activity.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useConnection } from "../../data/use-connection.ts";
import { useMay } from "../../data/viewer.tsx";
import { Button } from "../../shared/button.tsx";
import { Chart } from "../../shared/chart.tsx";
import { DataTable } from "../../shared/data-table.tsx";
import { Empty } from "../../shared/empty.tsx";
import { Export } from "../../shared/export.tsx";
import { Page } from "../../shared/page.tsx";
import { count, counted } from "../../shared/words.ts";
import { ActivityDrawer } from "./activity-drawer.tsx";
import { columns, defaultColumns } from "./columns.tsx";
import { ActivityFilters } from "./filters.tsx";
import { type Gap, type Row, withGaps } from "./rows.ts";
import { type ActivitySearch, conditionsOf, periodOf, ranges } from "./search.ts";
import { useTail } from "./tail.ts";

/** The history of a period, with what arrives above it. */
export function ActivityPage() {
  const search = useSearch({ from: "/activity" });
  const navigate = useNavigate({ from: "/activity" });
  const set = (change: Partial<ActivitySearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [openedAt] = useState(Date.now);
  const period = useMemo(() => periodOf(search, openedAt), [search, openedAt]);
  const conditions = useMemo(() => conditionsOf(search), [search]);
  const filter = useMemo(
    () => ({
      ...conditions,
      ...(search.policy && { policyIds: search.policy }),
      occurredFrom: period.from,
      ...(period.to && { occurredTo: period.to }),
    }),
    [conditions, period, search.policy],
  );
  const [streamCursor, setStreamCursor] = useState<string | null>(null);
  const pages = useConnection(ActivitiesDocument, { filter, first: 100 }, ({ activities }) => activities);
  const cursor = pages.first?.streamCursor ?? null;
  useEffect(() => setStreamCursor((before) => (cursor === null ? null : (before ?? cursor))), [cursor]);
  const isLive = period.to === null && !search.policy;
  const [isPaused, setPaused] = useState(false);
  const tail = useTail({ filter: conditions, after: isLive ? streamCursor : null, isPaused });
  const mayMakePolicy = useMay("ADMIN");
  const gaps = useGaps();

  const items = useMemo(() => {
    const shown = new Set(tail.rows.map(({ id }) => id));
    const history = tail.isTrimmed ? [] : pages.items.filter(({ id }) => !shown.has(id));
    return withGaps([...tail.rows, ...history], gaps, search.instance);
  }, [tail.rows, tail.isTrimmed, pages.items, gaps, search.instance]);

  useShortcuts("Live activity", [
    { keys: "p", label: "Pause or go on", run: () => setPaused(!isPaused) },
    { keys: "Escape", label: "Close the activity", run: () => set({ open: undefined }) },
  ]);
  return (
    <Page
      isFixed
      title="Live activity"
      query={{ document: ActivitiesDocument, variables: { filter, first: 50 } }}
      actions={
        <>
          {mayMakePolicy && (
            <Link
              className="button button-plain"
              to="/policies/new"
              search={{ kind: "ACTIVITY", filter: JSON.stringify(conditions) }}
            >
              Policy from this filter
            </Link>
          )}
          <Export
            document={ActivitiesDocument}
            variables={{ filter }}
            name="activities"
            pick={({ activities }) => activities}
          />
          {isLive && (
            <Button onClick={() => setPaused(!isPaused)} aria-pressed={isPaused}>
              {isPaused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
              {isPaused ? "Go on" : "Pause"}
            </Button>
          )}
        </>
      }
    >
      <ActivityFilters search={search} set={set} />
      <Histogram search={search} filter={filter} onPeriod={(from, to) => set({ from, to, range: undefined })} />
      {isPaused && tail.waiting > 0 && (
        <div className="callout callout-info" role="status">
          <p>
            {tail.isFull
              ? `${count(tail.waiting)} and more have arrived`
              : `${counted(tail.waiting, "activity has", "activities have")} arrived`}{" "}
            since you paused. None is lost.
          </p>
          <Button look="primary" onClick={() => setPaused(false)}>
            Show them
          </Button>
        </div>
      )}
      {(tail.hasGap || tail.isTrimmed) && (
        <div className="callout callout-warn" role="status">
          <p>
            {tail.hasGap
              ? "You were away for longer than the log reaches back: what happened meanwhile is in the history only."
              : "Older rows are not held any more."}
          </p>
          <Button
            onClick={() => {
              setStreamCursor(null);
              pages.refresh();
            }}
          >
            Read the history again
          </Button>
        </div>
      )}
      <DataTable<Row>
        label="Activities"
        columns={columns}
        visible={search.column ?? defaultColumns}
        rowHeight={33}
        pages={{ ...pages, items, hasMore: pages.hasMore && !tail.isTrimmed, total: null }}
        openId={search.open}
        onOpen={(row) => "activity" in row && set({ open: row.id })}
        empty={
          <Empty title="No activities match">
            {isLive ? "New ones appear here as they happen." : "Choose a longer period, or fewer conditions."}
          </Empty>
        }
      />
      {search.open && <ActivityDrawer id={search.open} onClose={() => set({ open: undefined })} onFilter={set} />}
    </Page>
  );
}

function useGaps(): readonly Gap[] {
  const [{ data }] = useQuery({ query: ActivityGapsDocument });
  return useMemo(
    () =>
      (data?.instances.nodes ?? []).flatMap(({ gaps, ...instance }) =>
        gaps
          .filter(({ stream, filledAt }) => stream === "ACTIVITIES" && filledAt === null)
          .map((gap) => ({ ...gap, instance })),
      ),
    [data],
  );
}

const intervals = { "1h": "PT5M", "24h": "PT1H", "7d": "PT1H", "30d": "P1D" } as const;

function Histogram({
  search,
  filter,
  onPeriod,
}: {
  search: ActivitySearch;
  filter: object;
  onPeriod(from: string, to: string): void;
}) {
  const span = search.from
    ? Date.parse(search.to ?? new Date().toISOString()) - Date.parse(search.from)
    : ranges[search.range ?? "24h"];
  const interval = search.from
    ? span <= 3 * 3_600_000
      ? "PT5M"
      : span <= 8 * 86_400_000
        ? "PT1H"
        : "P1D"
    : intervals[search.range ?? "24h"];
  const [{ data }] = useQuery({ query: ActivityHistogramDocument, variables: { filter, interval } });
  const buckets = data?.activityStats;
  const series = useMemo(() => {
    const sorted = [...(buckets ?? [])]
      .flatMap(({ from, count: value }) => (from ? [[Date.parse(from) / 1000, value] as const] : []))
      .sort(([one], [two]) => one - two);
    return { times: sorted.map(([time]) => time), values: sorted.map(([, value]) => value) };
  }, [buckets]);
  const total = series.values.reduce((sum, value) => sum + value, 0);
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  return (
    <div className="card histogram">
      <Chart
        {...series}
        label={`${count(total)} activities over time. Drag to choose a period.`}
        height={84}
        onSelect={(from, to) => onPeriod(iso(from), iso(to))}
      />
    </div>
  );
}
