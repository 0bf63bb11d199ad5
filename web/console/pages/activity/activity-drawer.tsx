import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { ActivityDocument } from "../../__generated__/activity.ts";
import { found } from "../../data/found.ts";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { Badge, State } from "../../shared/badge.tsx";
import { CopyButton } from "../../shared/copy.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts, Json } from "../../shared/facts.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { country, words } from "../../shared/words.ts";
import type { ActivitySearch } from "./search.ts";

interface ActivityDrawerProps {
  id: string;
  onClose(): void;
  /** Narrows the list to what is like this. */
  onFilter(change: Partial<ActivitySearch>): void;
}

export function ActivityDrawer({ id, onClose, onFilter }: ActivityDrawerProps) {
  const [{ data, error }, read] = useQuery({ query: ActivityDocument, variables: { id } });
  const activity = found(data?.node, id);
  const only = (label: string, change: Partial<ActivitySearch>) => (
    <button type="button" className="link" title="Show only these" onClick={() => onFilter(change)}>
      {label}
    </button>
  );
  return (
    <Drawer
      title={activity?.description ?? "Activity"}
      onClose={onClose}
      head={
        activity && (
          <div className="drawer-actions">
            <Badge tone={activity.outcome === "FAILURE" ? "bad" : "good"}>{words(activity.outcome)}</Badge>
            <Badge>{words(activity.category)}</Badge>
            {activity.unmapped && <Badge tone="warn">Unmapped event</Badge>}
            <InstanceLabel instance={activity.instance} />
          </div>
        )
      }
    >
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : activity ? (
        <>
          <Section title="Details">
            <Facts
              facts={[
                ["Happened", <Time key="at" at={activity.occurredAt} as="exact" />],
                ["Stored", <Time key="stored" at={activity.ingestedAt} as="exact" />],
                ["Action", only(words(activity.action), { action: [activity.action] })],
                ["Event", only(activity.eventType, { type: [activity.eventType] })],
                [
                  "Actor",
                  activity.user ? (
                    <Link key="user" to="/people" search={{ open: activity.user.id }}>
                      {activity.user.displayName ?? activity.user.email ?? activity.actorName}
                    </Link>
                  ) : (
                    activity.actorName
                  ),
                ],
                ["IP address", activity.ipAddress && only(activity.ipAddress, { ip: [activity.ipAddress] })],
                [
                  "Network",
                  activity.ipAddress &&
                    `${words(activity.ipCategory)}${activity.ipTags.length > 0 ? `: ${activity.ipTags.join(", ")}` : ""}`,
                ],
                [
                  "Place",
                  activity.country &&
                    only([activity.city, country(activity.country)].filter(Boolean).join(", "), {
                      country: [activity.country],
                    }),
                ],
                ["Provider", activity.isp],
                ["User agent", activity.userAgent],
                ["Agent tags", activity.userAgentTags.join(", ")],
                [
                  "Session",
                  activity.sessionId && (
                    <span key="session" className="mono">
                      {activity.sessionId}
                    </span>
                  ),
                ],
                ["Interactive", activity.interactive === null ? null : activity.interactive ? "yes" : "no"],
                ["On behalf", activity.impersonated ? "of another account" : null],
              ]}
            />
          </Section>
          {activity.targets.length > 0 && (
            <Section title="Targets">
              <Facts
                facts={activity.targets.map(
                  ({ type, id: targetId, name }, index) =>
                    [`${type}${index > 0 ? ` ${index + 1}` : ""}`, name ?? targetId] as const,
                )}
              />
            </Section>
          )}
          {activity.alerts.length + activity.policies.length > 0 && (
            <Section title="Alerts and policies">
              <ul className="rows">
                {activity.alerts.map((alert) => (
                  <li key={alert.id} className="row">
                    <State value={alert.severity} />
                    <Link to="/alerts" search={{ open: alert.id }}>
                      {alert.title}
                    </Link>
                  </li>
                ))}
                {activity.policies.map((policy) => (
                  <li key={policy.id} className="row">
                    <Badge>Policy</Badge>
                    <Link to="/policies/$id" params={{ id: policy.id }}>
                      {policy.name}
                    </Link>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Section
            title="As the app sent it"
            actions={<CopyButton text={JSON.stringify(activity.raw, null, 2)} label="Copy the raw event" />}
          >
            <Json value={activity.raw} />
          </Section>
        </>
      ) : (
        <Empty title="There is no such activity">It may be past its retention.</Empty>
      )}
    </Drawer>
  );
}
