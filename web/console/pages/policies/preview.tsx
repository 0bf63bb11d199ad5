import { useState } from "react";
import { useClient } from "urql";
import { type PolicyInput, PreviewPolicyDocument, type PreviewPolicyQuery } from "../../__generated__/policies.ts";
import { InstanceLabel } from "../../shared/app-mark.tsx";
import { State } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Time } from "../../shared/time.tsx";
import { count, counted } from "../../shared/words.ts";

const monthMs = 30 * 86_400_000;

/** What a policy would have found in the last 30 days. `input`: the policy as it is in the form; null if it cannot be read. */
export function Preview({ input }: { input(): PolicyInput | null }) {
  const client = useClient();
  const [result, setResult] = useState<PreviewPolicyQuery["previewPolicy"] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isRunning, setRunning] = useState(false);

  async function run() {
    const policy = input();
    if (!policy) return;
    setRunning(true);
    const now = Date.now();
    const variables = { input: policy, from: new Date(now - monthMs).toISOString(), to: new Date(now).toISOString() };
    const { data, error } = await client
      .query(PreviewPolicyDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    setRunning(false);
    setResult(data?.previewPolicy ?? null);
    setProblem(error ? (error.graphQLErrors[0]?.message ?? "The gateway did not answer.") : null);
  }

  return (
    <aside className="card card-pad preview">
      <div className="preview-head">
        <h2>The last 30 days</h2>
        <Button isBusy={isRunning} onClick={run}>
          {isRunning ? "Trying…" : "Try it"}
        </Button>
      </div>
      {problem && <p className="field-errors">{problem}</p>}
      {result ? (
        <div role="status">
          <dl className="instance-facts">
            <div>
              <dt>Matches</dt>
              <dd>{count(result.matches)}</dd>
            </div>
            <div>
              <dt>Alerts a day</dt>
              <dd>{result.alertsPerDay.toFixed(1)}</dd>
            </div>
          </dl>
          {result.filesToInspect > 0 && (
            <p className="muted">{counted(result.filesToInspect, "file")} would have to be inspected first.</p>
          )}
          <ul className="rows">
            {result.samples.map((sample) => (
              <li key={sample.id} className="row">
                <div className="row-main">
                  <span>{sample.description}</span>
                  <span className="row-note">
                    <InstanceLabel instance={sample.instance} />
                  </span>
                </div>
                <span className="row-end">
                  <Time at={sample.occurredAt} as="short" />
                </span>
              </li>
            ))}
            {result.files.map((file) => (
              <li key={file.id} className="row">
                {file.sharing && <State value={file.sharing} />}
                <div className="row-main">
                  <span>{file.name}</span>
                  <span className="row-note">
                    <InstanceLabel instance={file.instance} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="muted">Shows what the policy would have found, before it is saved.</p>
      )}
    </aside>
  );
}
