import {
  Activity,
  AppWindow,
  BellRing,
  Blocks,
  ClipboardCheck,
  FileLock2,
  Gauge,
  type LucideIcon,
  Plug,
  ScrollText,
  Send,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  Users,
} from "lucide-react";
import type { Viewer } from "../data/viewer.tsx";

export interface Place {
  path: string;
  label: string;
  icon: LucideIcon;
  /** Second key of the shortcut `g` + key. */
  key: string;
  /** Role that the page needs. Default: every role. */
  role?: Viewer["role"];
}

export interface PlaceGroup {
  label: string;
  places: readonly Place[];
}

export const navigation: readonly PlaceGroup[] = [
  { label: "", places: [{ path: "/", label: "Overview", icon: Gauge, key: "o" }] },
  {
    label: "Apps",
    places: [
      { path: "/instances", label: "Instances", icon: Blocks, key: "i" },
      { path: "/connect", label: "Connect", icon: Plug, key: "c", role: "ADMIN" },
    ],
  },
];

/** Those of later pages, kept here so that the pages only add a line. */
export const icons = {
  Activity,
  AppWindow,
  BellRing,
  ClipboardCheck,
  FileLock2,
  ScrollText,
  Send,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  Users,
};
