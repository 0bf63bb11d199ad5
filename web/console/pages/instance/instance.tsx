import "./instance.css";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { InstanceChangesDocument, InstancePageDocument, ScanProgressDocument } from "../../__generated__/instance.ts";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { useMay } from "../../data/viewer.tsx";
import { AppMark } from "../../shared/app-mark.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { Time } from "../../shared/time.tsx";
import { count } from "../../shared/words.ts";
import { InstanceActions } from "./actions.tsx";
import { Capabilities } from "./capabilities.tsx";
import { Domains } from "./domains.tsx";
import { Gaps } from "./gaps.tsx";
import { daysUntil, InstanceHealth, troubleOf } from "./health.tsx";
import { Scans } from "./scans.tsx";
import type { ShownInstance } from "./shown.ts";
import { Streams } from "./streams.tsx";
import { Webhook } from "./webhook.tsx";

export function InstancePage() {
  const { id } = useParams({ from: "/instances/$id" });
  const variables = { id };
  const [{ data, error }, read] = useQuery({ query: InstancePageDocument, variables });
  const again = useSoon(() => read({ requestPolicy: "network-only" }), 700);
  const [consentUrl, setConsentUrl] = useState<string | null>(null);
  const mayAct = useMay("ADMIN");
  useChanges(InstanceChangesDocument, { ids: [id] }, again);
  useChanges(ScanProgressDocument, { ids: [id] }, again);
  if (error && !data) return <Problem error={error} retry={again} />;
  if (!data) return <Loading rows={10} />;
  const { instance } = data;
  if (!instance)
    return <Empty title="There is no such instance">It may have been deleted, or you may not see it.</Empty>;
  const trouble = troubleOf(instance);
  const expiry = daysUntil(instance.credentialExpiresAt);
  return (
    <Page
      title={instance.name}
      subtitle={
        <span className="instance-line">
          <AppMark slug={instance.connector.slug} name={instance.connector.name} size={18} />
          {instance.connector.name}
          <InstanceHealth instance={instance} />
          {instance.accountName}
        </span>
      }
      query={{ document: InstancePageDocument, variables }}
      actions={<InstanceActions instance={instance} onConsent={setConsentUrl} />}
    >
      {consentUrl && instance.status !== "CONNECTED" && (
        <div className="callout callout-info">
          <p>An administrator of {instance.connector.name} must consent. The link is valid for ten minutes.</p>
          <a className="button button-primary" href={consentUrl} target="_blank" rel="noopener">
            Consent at {instance.connector.name}
          </a>
        </div>
      )}
      {trouble && !consentUrl && (
        <div className={`callout callout-${instance.status === "ERROR" ? "bad" : "warn"}`}>
          <p>{trouble}</p>
          {instance.status === "AWAITING_AUTHORIZATION" && mayAct && (
            <Link
              className="button button-plain"
              to="/connect/$slug"
              params={{ slug: instance.connector.slug }}
              search={{ instance: id }}
            >
              Go on connecting
            </Link>
          )}
        </div>
      )}
      <div className="card card-pad">
        <dl className="instance-facts">
          <Fact label="Accounts">{count(instance.userCount)}</Fact>
          <Fact label="Last activity">
            <Time at={instance.lastActivityAt} />
          </Fact>
          <Fact label="Last scan">
            <Time at={instance.lastScanAt} />
          </Fact>
          <Fact label="Connected">
            <Time at={instance.connectedAt} as="short" />
          </Fact>
          <Fact label="Credential">
            {expiry === null ? "does not expire" : expiry < 0 ? "expired" : `${expiry} days left`}
          </Fact>
          <Fact label="Tenant id">
            <span className="mono">{instance.externalAccountId ?? "–"}</span>
          </Fact>
        </dl>
      </div>
      <Streams instance={instance} />
      <Gaps instance={instance} />
      <div className="grid-2">
        <Capabilities instance={instance} />
        <div>
          <Webhook instance={instance} />
          <Domains instance={instance} />
          <SettingsOf instance={instance} />
        </div>
      </div>
      <Scans instance={instance} />
    </Page>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SettingsOf({ instance }: { instance: ShownInstance }) {
  const values = instance.settings as Record<string, unknown>;
  const shown = instance.connector.settings.filter(({ secret, name }) => !secret && values[name] !== undefined);
  if (shown.length === 0) return null;
  return (
    <Section title="Settings">
      <div className="card card-pad">
        <dl className="facts">
          {shown.map(({ name, label }) => (
            <div key={name} style={{ display: "contents" }}>
              <dt>{label}</dt>
              <dd>{String(values[name])}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Section>
  );
}
