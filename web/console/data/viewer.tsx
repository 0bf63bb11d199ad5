import { createContext, type ReactNode, useContext } from "react";
import { useQuery } from "urql";
import { ViewerDocument, type ViewerQuery } from "../__generated__/viewer.ts";
import { Problem } from "../shared/empty.tsx";

export type Viewer = ViewerQuery["viewer"];

const ViewerContext = createContext<Viewer | null>(null);

const ranks = { VIEWER: 0, ANALYST: 1, ADMIN: 2 } as const;

export function ViewerProvider({ children }: { children: ReactNode }) {
  const [{ data, error }] = useQuery({ query: ViewerDocument, requestPolicy: "cache-first" });
  if (error && !data) return <Problem error={error} />;
  if (!data) return null;
  return <ViewerContext value={data.viewer}>{children}</ViewerContext>;
}

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("useViewer outside of ViewerProvider");
  return viewer;
}

export function allows(own: Viewer["role"], needed: Viewer["role"]): boolean {
  return ranks[own] >= ranks[needed];
}

/** Whether the viewer's role allows what needs this one. What is not allowed is not offered. */
export function useMay(role: Viewer["role"]): boolean {
  return allows(useViewer().role, role);
}
