import "./connect.css";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { CatalogueDocument, type CatalogueQuery } from "../../__generated__/connect.ts";
import { AppMark } from "../../shared/app-mark.tsx";
import { Badge } from "../../shared/badge.tsx";
import { Button } from "../../shared/button.tsx";
import { Empty, Loading, Problem } from "../../shared/empty.tsx";
import { Page, Section } from "../../shared/page.tsx";
import { SearchBox } from "../../shared/search-box.tsx";
import { counted } from "../../shared/words.ts";
import { capabilityOrder, Matrix, SupportMark } from "./matrix.tsx";

type App = CatalogueQuery["connectors"][number];

export function Catalogue() {
  const { search = "" } = useSearch({ from: "/connect" });
  const navigate = useNavigate({ from: "/connect" });
  const [showsMatrix, setShowsMatrix] = useState(false);
  const [{ data, error }, read] = useQuery({ query: CatalogueDocument });
  if (error && !data) return <Problem error={error} retry={read} />;
  const needle = search.toLowerCase();
  const apps = (data?.connectors ?? [])
    .filter(({ lifecycle }) => lifecycle !== "RETIRED")
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(needle));
  return (
    <Page
      title="Connect an app"
      subtitle="Each app is read through its own API, with the rights that you grant"
      query={{ document: CatalogueDocument }}
      actions={
        <>
          <SearchBox
            label="Search apps"
            value={search}
            onChange={(value) => void navigate({ search: value ? { search: value } : {}, replace: true })}
          />
          <Button aria-pressed={showsMatrix} onClick={() => setShowsMatrix(!showsMatrix)}>
            {showsMatrix ? "Cards" : "Capabilities"}
          </Button>
        </>
      }
    >
      {data?.connectors.every(({ instances }) => instances.nodes.length === 0) && (
        <div className="callout callout-info">
          <p>
            Nothing is connected yet. Choose the first app below; or, to look around first, run{" "}
            <code>npm run demo</code>: it fills data of its own with simulated apps.
          </p>
        </div>
      )}
      {!data ? (
        <Loading />
      ) : apps.length === 0 ? (
        <Empty title="No app matches">Look for part of its name.</Empty>
      ) : showsMatrix ? (
        <Matrix apps={apps.filter(({ lifecycle }) => lifecycle === "AVAILABLE")} />
      ) : (
        <Cards apps={apps} />
      )}
    </Page>
  );
}

function Cards({ apps }: { apps: readonly App[] }) {
  const available = apps.filter(({ lifecycle }) => lifecycle === "AVAILABLE");
  const planned = apps.filter(({ lifecycle }) => lifecycle === "PREVIEW");
  return (
    <>
      <div className="cards catalogue">
        {available.map((app) => (
          <AppCard key={app.id} app={app} />
        ))}
      </div>
      {planned.length > 0 && (
        <Section title="Planned" hint="Listed, and not yet to be connected">
          <div className="cards catalogue">
            {planned.map((app) => (
              <div key={app.id} className="card app-card app-card-planned">
                <span className="app-card-head">
                  <AppMark slug={app.slug} name={app.name} size={24} />
                  <span className="app-card-name">{app.name}</span>
                </span>
              </div>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}

function AppCard({ app }: { app: App }) {
  const connected = app.instances.nodes.filter(({ status }) => status !== "DISCONNECTED").length;
  const supported = capabilityOrder.flatMap(
    (kind) => app.capabilities.find((capability) => capability.kind === kind) ?? [],
  );
  const usable = supported.filter(({ support }) => ["SUPPORTED", "PARTIAL", "PREVIEW"].includes(support));
  return (
    <Link to="/connect/$slug" params={{ slug: app.slug }} className="card app-card">
      <span className="app-card-head">
        <AppMark slug={app.slug} name={app.name} size={30} />
        <span className="app-card-name">{app.name}</span>
        {connected > 0 && <Badge tone="good">{counted(connected, "instance")}</Badge>}
      </span>
      <span className="app-card-text">{app.description}</span>
      <span className="app-card-capabilities">
        <span className="support-dots" aria-hidden="true">
          {supported.map(({ kind, support }) => (
            <SupportMark key={kind} support={support} />
          ))}
        </span>
        <span className="muted">
          {usable.length} of {supported.length}
          <span className="visually-hidden"> capabilities</span>
        </span>
      </span>
    </Link>
  );
}
