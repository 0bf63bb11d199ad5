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
  /** Only for those who may see all instances. */
  isForAll?: boolean;
}

export interface PlaceGroup {
  label: string;
  places: readonly Place[];
}

export const navigation: readonly PlaceGroup[] = [
  { label: "", places: [{ path: "/", label: "Overview", icon: Gauge, key: "o" }] },
  {
    label: "Detect",
    places: [
      { path: "/alerts", label: "Alerts", icon: BellRing, key: "a" },
      { path: "/activity", label: "Live activity", icon: Activity, key: "l" },
      { path: "/policies", label: "Policies", icon: SlidersHorizontal, key: "p" },
    ],
  },
  {
    label: "Respond",
    places: [
      { path: "/actions", label: "Actions", icon: ClipboardCheck, key: "r" },
      { path: "/destinations", label: "Destinations", icon: Send, key: "d", role: "ADMIN" },
    ],
  },
  {
    label: "Inventory",
    places: [
      { path: "/people", label: "People", icon: Users, key: "u" },
      { path: "/files", label: "Files", icon: FileLock2, key: "f" },
      { path: "/oauth-apps", label: "OAuth apps", icon: AppWindow, key: "t" },
      { path: "/posture", label: "Posture", icon: ShieldCheck, key: "s" },
    ],
  },
  {
    label: "Gatehouse",
    places: [
      { path: "/instances", label: "Instances", icon: Blocks, key: "i" },
      { path: "/connect", label: "Connect", icon: Plug, key: "c", role: "ADMIN" },
      // Of all instances, or of none.
      { path: "/audit", label: "Audit log", icon: ScrollText, key: "h", role: "ADMIN", isForAll: true },
      { path: "/settings", label: "Settings", icon: Settings, key: "e" },
    ],
  },
];
