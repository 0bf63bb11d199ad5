import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Braces, Menu } from "lucide-react";
import { Suspense, useEffect, useMemo, useState } from "react";
import { useQuery } from "urql";
import { NavigationDocument, ShellAlertsDocument } from "../__generated__/viewer.ts";
import { useChanges, useSoon } from "../data/use-changes.ts";
import { allows, useViewer } from "../data/viewer.tsx";
import { Loading } from "../shared/empty.tsx";
import { Notices } from "../shared/notices.tsx";
import { Account } from "./account.tsx";
import { ConnectionState } from "./connection.tsx";
import { KeyMap } from "./key-map.tsx";
import { handleKey, useShortcuts } from "./keys.tsx";
import { navigation } from "./navigation.ts";

export function Shell() {
  const { role, instances } = useViewer();
  const navigate = useNavigate();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const [showsKeys, setShowsKeys] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const groups = useMemo(
    () =>
      navigation
        .map((group) => ({
          ...group,
          places: group.places.filter(
            (place) => allows(role, place.role ?? "VIEWER") && (!place.isForAll || instances === null),
          ),
        }))
        .filter(({ places }) => places.length > 0),
    [role, instances],
  );
  const counts = useCounts();

  useEffect(() => {
    addEventListener("keydown", handleKey);
    return () => removeEventListener("keydown", handleKey);
  }, []);
  useShortcuts("Everywhere", [
    { keys: "?", label: "Show this map", run: () => setShowsKeys(true) },
    {
      keys: "/",
      label: "Search on the page",
      run: () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    },
    ...groups.flatMap(({ places }) =>
      places.map(({ path, label, key }) => ({ keys: `g ${key}`, label, run: () => void navigate({ to: path }) })),
    ),
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was opened covers no other.
  useEffect(() => setMenuOpen(false), [pathname]);

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <header className="topbar">
        <button
          type="button"
          className="icon-button"
          aria-label="Menu"
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          <Menu size={18} />
        </button>
        <Brand />
        <ConnectionState />
      </header>
      <nav className={isMenuOpen ? "sidebar sidebar-open" : "sidebar"} aria-label="Pages">
        <div className="sidebar-brand">
          <Brand />
        </div>
        <div className="sidebar-scroll">
          {groups.map(({ label, places }) => (
            <div key={label} className="nav-group">
              {label && <p className="nav-label">{label}</p>}
              {places.map(({ path, label: name, icon: Icon }) => (
                <Link
                  key={path}
                  to={path}
                  className="nav-link"
                  activeOptions={{ exact: path === "/" }}
                  activeProps={{ className: "nav-active", "aria-current": "page" }}
                >
                  <Icon size={15} aria-hidden="true" />
                  <span>{name}</span>
                  {counts[path] ? <span className="nav-count">{counts[path]}</span> : null}
                </Link>
              ))}
            </div>
          ))}
          <div className="nav-group">
            <a className="nav-link" href="/graphiql">
              <Braces size={15} aria-hidden="true" />
              <span>GraphiQL</span>
            </a>
          </div>
        </div>
        <div className="sidebar-foot">
          <ConnectionState />
          <Account onKeys={() => setShowsKeys(true)} />
        </div>
      </nav>
      <main id="main" className="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <Notices />
      {showsKeys && <KeyMap onClose={() => setShowsKeys(false)} />}
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src={document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href} width={22} height={22} alt="" />
      Gatehouse
    </Link>
  );
}

/** What waits for a person, as numbers beside the pages. Kept current by the alerts that change. */
function useCounts(): Record<string, string | null> {
  const [{ data }, read] = useQuery({ query: NavigationDocument, requestPolicy: "cache-and-network" });
  const again = useSoon(() => read({ requestPolicy: "network-only" }), 1_000);
  useChanges(ShellAlertsDocument, {}, again);
  const number = (value: number | null | undefined) => (value ? (value > 999 ? "999+" : String(value)) : null);
  return { "/alerts": number(data?.openAlerts.totalCount), "/actions": number(data?.awaiting.totalCount) };
}
