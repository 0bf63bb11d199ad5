import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { catalogueSearch, connectSearch } from "../pages/connect/search.ts";
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
