import type { LogSource } from "#src/connector-kit/log-source.ts";

/** Rules name these logs as Google Cloud passes them on; here are the same facts in the Reports API. */
const service = [{ path: "id.applicationName", as: (name: string) => `${name}.googleapis.com` }];
const event = ["events.name"];

export const logSources: readonly LogSource[] = [
  {
    product: "gcp",
    services: [
      "google_workspace.admin",
      "google_workspace.login",
      "google_workspace.drive",
      "google_workspace.token",
      "google_workspace.groups",
    ],
    fields: {
      eventservice: service,
      eventname: event,
      "protopayload.servicename": service,
      "protopayload.metadata.event.eventname": event,
    },
    eventPrefixes: ["events.parameters."],
    eventTypeField: "eventName",
  },
];
