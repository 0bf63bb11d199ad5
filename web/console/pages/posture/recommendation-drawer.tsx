import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import {
  DecideDocument,
  RecommendationDocument,
  type RecommendationRowFragment,
  type RecommendationStatus,
} from "../../__generated__/posture.ts";
import { found } from "../../data/found.ts";
import { useAction } from "../../data/use-action.ts";
import { useMay } from "../../data/viewer.tsx";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Drawer } from "../../shared/dialog.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Facts, JsonFacts } from "../../shared/facts.tsx";
import { Field } from "../../shared/field.tsx";
import { Markdown } from "../../shared/markdown.tsx";
import { Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";
import { decisions } from "./search.ts";

export function RecommendationDrawer({ id, onClose, onDecided }: { id: string; onClose(): void; onDecided(): void }) {
  const [{ data, error }, read] = useQuery({ query: RecommendationDocument, variables: { id } });
  const [isDeciding, setDeciding] = useState(false);
  const mayDecide = useMay("ADMIN");
  const recommendation = found(data?.node, id);
  return (
    <Drawer
      title={recommendation?.title ?? "Recommendation"}
      onClose={onClose}
      head={
        recommendation && (
          <div className="drawer-actions">
            <State value={recommendation.severity} />
            <State value={recommendation.status} />
            <InstanceLabel instance={recommendation.instance} />
          </div>
        )
      }
    >
      {error && !data ? (
        <Problem error={error} retry={read} />
      ) : !data ? (
        <Loading />
      ) : recommendation ? (
        <>
          {mayDecide && recommendation.status !== "COMPLETED" && (
            <div className="drawer-actions">
              <Button onClick={() => setDeciding(!isDeciding)} aria-expanded={isDeciding}>
                Decide…
              </Button>
            </div>
          )}
          {isDeciding && (
            <Decision
              recommendation={recommendation}
              onDone={() => {
                setDeciding(false);
                onDecided();
              }}
            />
          )}
          <Section title="Why it matters">
            <p>{recommendation.description}</p>
          </Section>
          <Section title="What to do">
            <Markdown>{recommendation.remediation}</Markdown>
          </Section>
          {recommendation.evidence !== null && (
            <Section title="Evidence">
              <JsonFacts value={recommendation.evidence} />
            </Section>
          )}
          <Section title="Check">
            <Facts
              facts={[
                ["Points", `${Math.round(recommendation.points * 10) / 10} of ${recommendation.maxPoints}`],
                ["Benchmark", recommendation.benchmark],
                ["Last run", <Time key="run" at={recommendation.evaluatedAt} />],
                ["Decided by", recommendation.statusSetBy],
                [
                  "Until",
                  recommendation.statusExpiresAt && <Time key="until" at={recommendation.statusExpiresAt} as="short" />,
                ],
                ["Note", recommendation.note],
              ]}
            />
          </Section>
        </>
      ) : (
        <Empty title="There is no such recommendation" />
      )}
    </Drawer>
  );
}

/** An exception, with a reason and an end. */
function Decision({ recommendation, onDone }: { recommendation: RecommendationRowFragment; onDone(): void }) {
  const [status, setStatus] = useState<RecommendationStatus>(
    decisions.find((each) => each === recommendation.status) ?? "PLANNED",
  );
  const [note, setNote] = useState(recommendation.note ?? "");
  const [days, setDays] = useState("90");
  const decide = useAction(DecideDocument, { atFields: true });
  async function submit(event: FormEvent) {
    event.preventDefault();
    const expiresAt = days === "" ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
    if ((await decide.run({ id: recommendation.id, status, note: note.trim(), expiresAt })).ok) onDone();
  }
  return (
    <form className="card card-pad resolve" onSubmit={submit}>
      <Field label="Decision" isRequired>
        {(control) => (
          <select
            {...control}
            className="input"
            value={status}
            onChange={({ target }) => setStatus(target.value as RecommendationStatus)}
          >
            {decisions.map((each) => (
              <option key={each} value={each}>
                {each === "TO_ADDRESS" ? "No exception" : words(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Reason" errors={decide.errors.map(({ message }) => message)}>
        {(control) => (
          <input {...control} className="input" value={note} onChange={({ target }) => setNote(target.value)} />
        )}
      </Field>
      <Field label="Until" isRequired>
        {(control) => (
          <select {...control} className="input" value={days} onChange={({ target }) => setDays(target.value)}>
            <option value="30">30 days from now</option>
            <option value="90">90 days from now</option>
            <option value="365">A year from now</option>
            <option value="">Without an end</option>
          </select>
        )}
      </Field>
      <Button type="submit" look="primary" isBusy={decide.isRunning}>
        Save
      </Button>
    </form>
  );
}
