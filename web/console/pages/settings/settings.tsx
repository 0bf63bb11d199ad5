import { TokensDocument } from "../../__generated__/settings.ts";
import { useMay, useViewer } from "../../data/viewer.tsx";
import { Facts } from "../../shared/facts.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { words } from "../../shared/words.ts";
import { Detectors } from "./detectors.tsx";
import { Ranges } from "./ranges.tsx";
import { Tokens } from "./tokens.tsx";

export function SettingsPage() {
  const viewer = useViewer();
  const isAdmin = useMay("ADMIN");
  const isAnalyst = useMay("ANALYST");
  return (
    <Page title="Settings" query={{ document: TokensDocument }}>
      <Section title="You">
        <div className="card card-pad">
          <Facts
            facts={[
              ["Name", viewer.name],
              ["Role", words(viewer.role)],
              ["Instances", viewer.instances === null ? "all" : String(viewer.instances.length)],
            ]}
          />
        </div>
      </Section>
      {isAdmin && <Tokens />}
      {isAnalyst && <Ranges />}
      <Detectors />
    </Page>
  );
}
