import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { actionSearch } from "../pages/actions/search.ts";
import { activitySearch } from "../pages/activity/search.ts";
import { alertSearch } from "../pages/alerts/search.ts";
import { auditSearch } from "../pages/audit/search.ts";
import { catalogueSearch, connectSearch } from "../pages/connect/search.ts";
import { destinationSearch } from "../pages/destinations/search.ts";
import { fileSearch } from "../pages/files/search.ts";
import { oauthAppSearch } from "../pages/oauth-apps/search.ts";
import { peopleSearch } from "../pages/people/search.ts";
import { newPolicySearch, policiesSearch } from "../pages/policies/search.ts";
import { postureSearch } from "../pages/posture/search.ts";
import { Empty } from "../shared/empty.tsx";
import { parseSearch, stringifySearch } from "../shared/search.ts";
import { Broken } from "./broken.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <Empty title="There is no such page">The address may be of an object that was deleted.</Empty>
  ),
  errorComponent: Broken,
});

/** Every page is a chunk of its own. The first part of each path stands in sections.json, by which the gateway knows the console's pages. */
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: "/",
    component: lazyRouteComponent(() => import("../pages/overview/overview.tsx"), "Overview"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/connect",
    validateSearch: catalogueSearch,
    component: lazyRouteComponent(() => import("../pages/connect/catalogue.tsx"), "Catalogue"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/connect/$slug",
    validateSearch: connectSearch,
    component: lazyRouteComponent(() => import("../pages/connect/connect-app.tsx"), "ConnectApp"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/instances",
    component: lazyRouteComponent(() => import("../pages/instance/instances.tsx"), "Instances"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/instances/$id",
    component: lazyRouteComponent(() => import("../pages/instance/instance.tsx"), "InstancePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/alerts",
    validateSearch: alertSearch,
    component: lazyRouteComponent(() => import("../pages/alerts/alerts.tsx"), "Alerts"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/activity",
    validateSearch: activitySearch,
    component: lazyRouteComponent(() => import("../pages/activity/activity.tsx"), "ActivityPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/policies",
    validateSearch: policiesSearch,
    component: lazyRouteComponent(() => import("../pages/policies/policies.tsx"), "Policies"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/policies/new",
    validateSearch: newPolicySearch,
    component: lazyRouteComponent(() => import("../pages/policies/new-policy.tsx"), "NewPolicy"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/policies/$id",
    component: lazyRouteComponent(() => import("../pages/policies/policy.tsx"), "PolicyPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/actions",
    validateSearch: actionSearch,
    component: lazyRouteComponent(() => import("../pages/actions/actions.tsx"), "Actions"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/destinations",
    validateSearch: destinationSearch,
    component: lazyRouteComponent(() => import("../pages/destinations/destinations.tsx"), "Destinations"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/people",
    validateSearch: peopleSearch,
    component: lazyRouteComponent(() => import("../pages/people/people.tsx"), "People"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/files",
    validateSearch: fileSearch,
    component: lazyRouteComponent(() => import("../pages/files/files.tsx"), "Files"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/oauth-apps",
    validateSearch: oauthAppSearch,
    component: lazyRouteComponent(() => import("../pages/oauth-apps/oauth-apps.tsx"), "OAuthApps"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/posture",
    validateSearch: postureSearch,
    component: lazyRouteComponent(() => import("../pages/posture/posture.tsx"), "Posture"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/audit",
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import("../pages/audit/audit.tsx"), "AuditLog"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/settings",
    component: lazyRouteComponent(() => import("../pages/settings/settings.tsx"), "SettingsPage"),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
