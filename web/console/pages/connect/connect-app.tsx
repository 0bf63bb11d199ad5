import "./connect.css";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { ConnectAppDocument } from "../../__generated__/connect.ts";
import { useMay } from "../../data/viewer.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Markdown } from "../../shared/markdown.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { duration } from "../../shared/time.tsx";
import { words } from "../../shared/words.ts";
import type { ConnectableApp } from "./connectable.ts";
import { FirstScan } from "./first-scan.tsx";
import { capabilityOrder, SupportMark } from "./matrix.tsx";
import { SettingsForm } from "./settings-form.tsx";

const steps = ["Prepare", "Settings", "Consent and test", "First scan"];

/** Prerequisites and settings on one page, then consent and the first scan as they happen. `?instance`: the one that is being connected. */
export function ConnectApp() {
  const { slug } = useParams({ from: "/connect/$slug" });
  const { instance } = useSearch({ from: "/connect/$slug" });
  const navigate = useNavigate({ from: "/connect/$slug" });
  const isAdmin = useMay("ADMIN");
  const [consentUrl, setConsentUrl] = useState<string | null>(null);
  const [step, setStep] = useState(0);
  const query = { document: ConnectAppDocument, variables: { slug } };
  const [{ data, error }, read] = useQuery({ query: ConnectAppDocument, variables: { slug } });
  if (error && !data) return <Problem error={error} retry={read} />;
  if (!data) return <Loading />;
  const app = data.connector;
  if (!app) return <Empty title="There is no such app">Look for it in the list of apps.</Empty>;
  if (!isAdmin) return <Empty title="An admin connects apps">Your role is for looking at what is connected.</Empty>;
  const current = instance ? Math.max(2, step) : step;
  return (
    <Page
      title={`Connect ${app.name}`}
      subtitle={app.description}
      query={query}
      actions={
        <a className="button button-plain" href={app.docs} target="_blank" rel="noreferrer">
          API of {app.name}
        </a>
      }
    >
      <ol className="steps">
        {steps.map((label, index) => (
          <li
            key={label}
            className={index < current ? "step-done" : ""}
            aria-current={index === current ? "step" : undefined}
          >
            {label}
          </li>
        ))}
      </ol>
      <div className="connect">
        {instance ? (
          <FirstScan
            app={app}
            instanceId={instance}
            consentUrl={consentUrl}
            onConsent={setConsentUrl}
            onStep={setStep}
          />
        ) : (
          <SettingsForm
            app={app}
            onStarted={() => setStep(1)}
            onConnected={(id, url) => {
              setConsentUrl(url);
              void navigate({ search: { instance: id } });
            }}
          />
        )}
        <aside>
          <div className="card card-pad">
            <Section title="Before you begin">
              <Markdown>{app.prerequisites}</Markdown>
            </Section>
            {app.dependsOn.length > 0 && (
              <p className="muted">
                Needs{" "}
                {app.dependsOn.map((other) => (
                  <Link key={other.id} to="/connect/$slug" params={{ slug: other.slug }}>
                    {other.name}
                  </Link>
                ))}{" "}
                to be connected first.
              </p>
            )}
          </div>
          <WhatIsRead app={app} />
        </aside>
      </div>
    </Page>
  );
}

function WhatIsRead({ app }: { app: ConnectableApp }) {
  const capabilities = capabilityOrder.flatMap((kind) => app.capabilities.find((each) => each.kind === kind) ?? []);
  return (
    <>
      <Section title="What is read, and how often">
        <div className="card card-pad">
          <dl className="facts">
            {app.streams.map(({ stream, everySeconds, realTime, retroactivePeriod, providerDelay }) => (
              <div key={stream} style={{ display: "contents" }}>
                <dt>{words(stream)}</dt>
                <dd>
                  every {duration(everySeconds)}
                  {realTime && ", and as events arrive"}
                  {retroactivePeriod && `; looks back ${period(retroactivePeriod)}`}
                  {providerDelay && `; the app delays by ${period(providerDelay)}`}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </Section>
      <Section title="Capabilities">
        <div className="card card-pad">
          <ul className="capability-list">
            {capabilities
              .filter(({ support }) => support !== "NOT_APPLICABLE")
              .map(({ kind, support, note }) => (
                <li key={kind}>
                  <SupportMark support={support} />
                  <span>
                    {words(kind)}
                    {support !== "SUPPORTED" && <span className="muted"> · {note ?? words(support)}</span>}
                  </span>
                </li>
              ))}
          </ul>
        </div>
      </Section>
    </>
  );
}

/** `P7D` → `7 days`, `PT2H` → `2 h`; what is not a duration stays. */
function period(text: string): string {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  const parts = [days && `${days} days`, hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : text;
}
