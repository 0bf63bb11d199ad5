import { useMemo } from "react";
import { useQuery } from "urql";
import {
  type ActionTarget,
  type GovernanceActionKind,
  PolicyActionKindsDocument,
  type PolicyKind,
} from "../../__generated__/policies.ts";
import { words } from "../../shared/words.ts";

export interface PolicyActionDraft {
  kind: GovernanceActionKind;
  parameters: unknown;
}

interface PolicyActionsProps {
  kind: PolicyKind;
  actions: readonly PolicyActionDraft[];
  onChange(actions: PolicyActionDraft[]): void;
}

/** What a policy does by itself, of what the apps can do to what it watches. */
export function PolicyActions({ kind, actions, onChange }: PolicyActionsProps) {
  const [{ data }] = useQuery({ query: PolicyActionKindsDocument, requestPolicy: "cache-first" });
  const target: ActionTarget = kind === "FILE" ? "FILE" : kind === "OAUTH_APP" ? "OAUTH_APP" : "USER";
  const kinds = useMemo(() => {
    const all = (data?.connectors ?? []).flatMap((connector) => connector.actions);
    return [...new Set(all.filter((action) => action.target === target).map((action) => action.kind))].sort();
  }, [data, target]);
  return (
    <details className="act-more" open={actions.length > 0}>
      <summary>
        Automatic actions{actions.length > 0 && `: ${actions.map((action) => words(action.kind)).join(", ")}`}
      </summary>
      {kinds.map((each) => (
        <label key={each} className="check-row">
          <input
            type="checkbox"
            checked={actions.some((action) => action.kind === each)}
            onChange={({ target: { checked } }) =>
              onChange(
                checked
                  ? [...actions, { kind: each, parameters: null }]
                  : actions.filter((action) => action.kind !== each),
              )
            }
          />
          <span>{words(each)}</span>
        </label>
      ))}
      <p className="field-help">Past the number for a day, and with 0 always, an action waits for approval.</p>
    </details>
  );
}
