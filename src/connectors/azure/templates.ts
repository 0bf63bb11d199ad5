import { type AppTemplates, repeated } from "#src/connector-kit/policy-template.ts";
import { signInType } from "../_microsoft/sign-ins.ts";

const failure = { category: "LOG_ON", eventType: signInType, outcome: "FAILURE" } as const;
const removed = {
  category: "USER",
  eventType: "Microsoft.Compute/virtualMachines/delete",
  outcome: "SUCCESS",
} as const;
const role = {
  category: "ADMIN",
  eventType: "Microsoft.Authorization/roleAssignments/write",
  outcome: "SUCCESS",
} as const;

export const templates: AppTemplates = {
  own: [
    {
      slug: "azure-many-virtual-machines-deleted",
      name: "Many virtual machines deleted by one account",
      description: "One account deleted 5 virtual machines within 10 minutes.",
      severity: "HIGH",
      filter: { eventTypes: ["Microsoft.Compute/virtualMachines/delete"], outcomes: ["SUCCESS"] },
      threshold: { count: 5, windowSeconds: 600, sameUser: true, sameInstance: true },
      mitreTechniques: ["T1485"],
      examples: [
        { name: "five in five minutes", events: repeated(5, 60, removed), alerts: 1 },
        { name: "five in a day", events: repeated(5, 5 * 3600, removed), alerts: 0 },
      ],
    },
    {
      slug: "azure-logging-switched-off",
      name: "Logging of an Azure subscription or resource switched off",
      description: "A diagnostic setting, an activity log alert or the flow log of a network was deleted.",
      severity: "HIGH",
      filter: {
        eventTypes: [
          "Microsoft.Insights/diagnosticSettings/delete",
          "Microsoft.Insights/activityLogAlerts/delete",
          "Microsoft.Network/networkWatchers/flowLogs/delete",
        ],
        outcomes: ["SUCCESS"],
      },
      threshold: null,
      mitreTechniques: ["T1562.008"],
      examples: [
        {
          name: "a diagnostic setting deleted",
          events: [
            { at: 0, category: "ADMIN", eventType: "Microsoft.Insights/diagnosticSettings/delete", outcome: "SUCCESS" },
          ],
          alerts: 1,
        },
        {
          name: "one that was refused",
          events: [
            { at: 0, category: "ADMIN", eventType: "Microsoft.Insights/diagnosticSettings/delete", outcome: "FAILURE" },
          ],
          alerts: 0,
        },
      ],
    },
  ],
  events: {
    "many-sign-in-attempts": {
      eventTypes: [signInType],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...failure, at: 95, outcome: "SUCCESS" }],
          alerts: 1,
        },
        { name: "ten tries in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/elevateAccess/action"],
      examples: [
        { name: "a role assigned", events: [{ ...role, at: 0 }], alerts: 1 },
        { name: "one that was refused", events: [{ ...role, at: 0, outcome: "FAILURE" }], alerts: 0 },
      ],
    },
  },
};
