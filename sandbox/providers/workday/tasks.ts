import { createHash } from "node:crypto";
import { EventMix } from "../../kit/event-mix.ts";

export interface Task {
  name: string;
  action: "READ" | "WRITE" | "OTHER";
  weight: number;
  aboutWorker?: boolean;
}

const userTasks: Task[] = [
  { name: "View Worker Profile", action: "READ", weight: 30, aboutWorker: true },
  { name: "Find Workers", action: "READ", weight: 18 },
  { name: "My Payslips", action: "READ", weight: 10 },
  { name: "Request Time Off", action: "WRITE", weight: 8 },
  { name: "Enter My Time", action: "WRITE", weight: 12 },
  { name: "Run Report", action: "READ", weight: 8 },
  { name: "Export to Excel", action: "OTHER", weight: 4 },
  { name: "Change Contact Information", action: "WRITE", weight: 3, aboutWorker: true },
  { name: "Sign Out", action: "OTHER", weight: 5 },
];

const adminTasks: Task[] = [
  { name: "Edit Workday Account", action: "WRITE", weight: 8, aboutWorker: true },
  { name: "Assign User-Based Security Groups for Person", action: "WRITE", weight: 6, aboutWorker: true },
  { name: "View API Clients", action: "READ", weight: 4 },
  { name: "Edit Tenant Setup - Security", action: "WRITE", weight: 2 },
  { name: "Edit Tenant Setup - System", action: "WRITE", weight: 1 },
  { name: "Maintain Password Rules", action: "WRITE", weight: 1 },
  { name: "Create Integration System User", action: "WRITE", weight: 2 },
  { name: "Register API Client", action: "WRITE", weight: 1 },
  { name: "Activate Pending Security Policy Changes", action: "WRITE", weight: 2 },
  { name: "Start Proxy", action: "OTHER", weight: 2, aboutWorker: true },
];

export const integrationTask: Task = { name: "Get_Workers (Web Service)", action: "READ", weight: 1 };
const userMix = new EventMix(userTasks, ({ weight }) => weight);
const adminMix = new EventMix(adminTasks, ({ weight }) => weight);

export function userTask(random: number): Task {
  return userMix.pick(random);
}

export function adminTask(random: number): Task {
  return adminMix.pick(random);
}

export function taskNamed(name: string): Task {
  const found = [...userTasks, ...adminTasks].find((task) => task.name === name);
  if (found) return found;
  return {
    name,
    action: /^(view|find|get|my|run|search)\b|\(GET\)/i.test(name)
      ? "READ"
      : /^(export|start|sign|submit)\b/i.test(name)
        ? "OTHER"
        : "WRITE",
    weight: 1,
  };
}

const ids = new Map<string, string>();

/** A task has the same id in every tenant. */
export function taskIdOf(name: string): string {
  let id = ids.get(name);
  if (!id) {
    id = createHash("md5").update(name).digest("hex");
    if (ids.size < 1000) ids.set(name, id);
  }
  return id;
}
