import type { ReactNode } from "react";
import type { ActivityRowFragment } from "../../__generated__/activity.ts";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge } from "../../shared/badge.tsx";
import type { Column } from "../../shared/data-table.tsx";
import { Time } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";
import type { Row } from "./rows.ts";

export const defaultColumns = ["time", "instance", "description", "type", "address", "place", "outcome"];

const ofActivity = (cell: (activity: ActivityRowFragment) => ReactNode) => (row: Row) =>
  "activity" in row ? cell(row.activity) : null;

export const columns: Column<Row>[] = [
  {
    id: "time",
    header: "Time",
    width: "126px",
    cell: (row) =>
      "activity" in row ? <Time at={row.activity.occurredAt} as="short" /> : <Badge tone="bad">Gap</Badge>,
  },
  {
    id: "instance",
    header: "Instance",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: (row) => <InstanceLabel instance={"activity" in row ? row.activity.instance : row.gap.instance} />,
  },
  {
    id: "description",
    header: "Activity",
    width: "minmax(0, 2.6fr)",
    cell: (row) =>
      "activity" in row ? (
        row.activity.description
      ) : (
        <span className="gap-text">
          No data from <Time at={row.gap.from} as="short" /> to <Time at={row.gap.to} as="short" />: {row.gap.reason}
        </span>
      ),
  },
  {
    id: "actor",
    header: "Actor",
    width: "minmax(0, 1fr)",
    isWide: true,
    cell: ofActivity(({ user, actorName }) => user?.displayName ?? actorName ?? "–"),
  },
  {
    id: "type",
    header: "Event",
    width: "minmax(0, 1.2fr)",
    isWide: true,
    cell: ofActivity(({ eventType }) => <span className="mono muted">{eventType}</span>),
  },
  {
    id: "category",
    header: "Category",
    width: "90px",
    isWide: true,
    cell: ofActivity(({ category }) => words(category)),
  },
  {
    id: "address",
    header: "IP address",
    width: "126px",
    isWide: true,
    cell: ofActivity(({ ipAddress }) => <span className="mono">{ipAddress ?? "–"}</span>),
  },
  {
    id: "place",
    header: "Place",
    width: "minmax(0, 0.8fr)",
    isWide: true,
    cell: ofActivity(({ city, country }) => [city, country].filter(Boolean).join(", ") || "–"),
  },
  {
    id: "outcome",
    header: "Outcome",
    width: "74px",
    isWide: true,
    cell: ofActivity(({ outcome }) => (
      <Badge tone={outcome === "FAILURE" ? "bad" : outcome === "SUCCESS" ? "good" : "neutral"}>{words(outcome)}</Badge>
    )),
  },
];
