import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useQuery } from "urql";
import {
  EnableInstanceDocument,
  FirstScanDocument,
  type FirstScanQuery,
  InstanceChangesDocument,
  ScanProgressDocument,
  TestConnectionDocument,
} from "../../__generated__/instance.ts";
import { useAction } from "../../data/use-action.ts";
import { useChanges, useSoon } from "../../data/use-changes.ts";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { notify } from "../../shared/notices.tsx";
import { counted, words } from "../../shared/words.ts";
import type { ConnectableApp } from "./connectable.ts";

interface FirstScanProps {
  app: ConnectableApp;
  instanceId: string;
  consentUrl: string | null;
  onConsent(url: string): void;
  onStep(step: number): void;
}

/** From the consent to the end of the first scan, as it happens. */
export function FirstScan({ app, instanceId, consentUrl, onConsent, onStep }: FirstScanProps) {
  const variables = { id: instanceId };
  const [{ data, error }, read] = useQuery({ query: FirstScanDocument, variables });
  const again = useSoon(() => read({ requestPolicy: "network-only" }), 500);
  useChanges(InstanceChangesDocument, { ids: [instanceId] }, again);
  useChanges(ScanProgressDocument, { ids: [instanceId] }, again);
  const instance = data?.instance;
  const isComplete = instance?.status === "CONNECTED" && instance.health.streams.every(isRead);
  const step = instance?.status === "CONNECTED" ? (isComplete ? 4 : 3) : 2;
  useEffect(() => onStep(step), [onStep, step]);
  if (error && !data) return <Problem error={error} retry={again} />;
  if (!data) return <Loading />;
  if (!instance) return <Empty title="There is no such instance">It may have been disconnected.</Empty>;
  return (
    <div className="card card-pad">
      <p className="instance-line">
        <strong>{instance.name}</strong> <State value={instance.status} />
        {instance.accountName && <span className="muted">{instance.accountName}</span>}
      </p>
      {(instance.status === "AWAITING_AUTHORIZATION" || instance.status === "ERROR") && (
        <Consent app={app} instance={instance} url={consentUrl} onConsent={onConsent} />
      )}
      {instance.status === "CONNECTING" && <p>Consent was given. The credential is being tested…</p>}
      {instance.status === "CONNECTED" && <Connected instance={instance} isComplete={isComplete} />}
    </div>
  );
}

type ScannedInstance = NonNullable<FirstScanQuery["instance"]>;

const isRead = (stream: ScannedInstance["health"]["streams"][number]) =>
  stream.firstScanCompletedAt !== null || stream.disabledReason !== null;

function Consent({
  app,
  instance,
  url,
  onConsent,
}: {
  app: ConnectableApp;
  instance: ScannedInstance;
  url: string | null;
  onConsent(url: string): void;
}) {
  const enable = useAction(EnableInstanceDocument);
  return (
    <>
      {instance.status === "ERROR" && <div className="callout callout-bad">{instance.statusReason}</div>}
      <p>
        An administrator of {app.name} must consent to what Gatehouse may read. The consent opens in a new tab and is
        valid for ten minutes; this page goes on by itself.
      </p>
      <p className="instance-line">
        {url ? (
          <a className="button button-primary" href={url} target="_blank" rel="noopener">
            Consent at {app.name}
          </a>
        ) : (
          <Button
            look="primary"
            isBusy={enable.isRunning}
            onClick={async () => {
              const outcome = await enable.run({ id: instance.id });
              if (outcome.ok && outcome.value.authorizationUrl) onConsent(outcome.value.authorizationUrl);
            }}
          >
            Start the consent
          </Button>
        )}
      </p>
    </>
  );
}

function Connected({ instance, isComplete }: { instance: ScannedInstance; isComplete: boolean }) {
  const test = useAction(TestConnectionDocument);
  return (
    <>
      <p role="status">
        {isComplete
          ? "The first scan is complete. New activities arrive as they happen."
          : "Connected and tested. The first scan is under way; you may leave this page."}
      </p>
      <div>
        {instance.health.streams.map((stream) => (
          <StreamProgress key={`${stream.stream}/${stream.part}`} stream={stream} scans={instance.scans.nodes} />
        ))}
      </div>
      <p className="instance-line">
        <Link to="/instances/$id" params={{ id: instance.id }} className="button button-primary">
          Open the instance
        </Link>
        <Button
          isBusy={test.isRunning}
          onClick={async () => {
            const outcome = await test.run({ id: instance.id });
            if (outcome.ok)
              notify("done", `The credential works: ${outcome.value.accountName}, ${outcome.value.latencyMs} ms.`);
          }}
        >
          Test the connection
        </Button>
      </p>
    </>
  );
}

function StreamProgress({
  stream,
  scans,
}: {
  stream: ScannedInstance["health"]["streams"][number];
  scans: ScannedInstance["scans"]["nodes"];
}) {
  const own = scans.filter((scan) => scan.stream === stream.stream && scan.part === stream.part);
  const scan = own.find(({ status }) => status === "RUNNING" || status === "THROTTLED") ?? own[0];
  const label = stream.partLabel ?? words(stream.stream);
  return (
    <div className="stream-progress">
      <span>{label}</span>
      {isRead(stream) ? (
        <State
          value={stream.disabledReason ? "DISABLED" : "SUCCEEDED"}
          label={stream.disabledReason ? "Off" : "Complete"}
        />
      ) : (
        <progress className="progress" aria-label={label} value={scan?.progress ?? undefined} max={1} />
      )}
      <span className="muted">{stream.disabledReason ?? (scan ? counted(scan.itemsSeen, "record") : "waiting")}</span>
    </div>
  );
}
