import { Section } from "../../shared/page.tsx";
import { words } from "../../shared/words.ts";
import { capabilityOrder, SupportMark } from "../connect/matrix.tsx";
import type { ShownInstance } from "./shown.ts";

/** What works here, what does not, and which scope is missing for it. */
export function Capabilities({ instance }: { instance: ShownInstance }) {
  const capabilities = capabilityOrder
    .flatMap((kind) => instance.capabilities.find(({ capability }) => capability.kind === kind) ?? [])
    .filter(
      ({ capability }) =>
        !["NOT_APPLICABLE", "NOT_SUPPORTED", "NOT_SUPPORTED_BY_PROVIDER"].includes(capability.support),
    );
  const missing = capabilities.filter(({ granted }) => !granted).length;
  return (
    <Section title="Capabilities" hint={missing > 0 ? `${missing} off` : "all granted"}>
      <div className="card">
        <ul className="rows">
          {capabilities.map(({ capability, granted, missingScopes, reason }) => (
            <li key={capability.id} className="row">
              <SupportMark support={granted ? capability.support : "NOT_SUPPORTED"} note={capability.note} />
              <div className="row-main">
                <span>{words(capability.kind)}</span>
                {!granted && (
                  <span className="row-note">
                    {reason}
                    {missingScopes.length > 0 && (
                      <span className="scopes">
                        {missingScopes.map((scope) => (
                          <code key={scope}>{scope}</code>
                        ))}
                      </span>
                    )}
                  </span>
                )}
              </div>
              <span className="row-end">{granted ? "on" : "off"}</span>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}
