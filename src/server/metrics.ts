import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface ServerMetrics {
  httpSeconds: Histogram<"route" | "method" | "status">;
  streams: Gauge<"transport">;
  socketCloses: Counter<"code">;
  operations: Counter<"transport" | "kind">;
  errors: Counter<"code">;
  rendered: Counter;
}

/** Registers what the transports count; a registry takes it once. */
export function createServerMetrics(registry: Registry): ServerMetrics {
  const registers = [registry];
  return {
    httpSeconds: new Histogram({
      name: "gatehouse_http_request_seconds",
      help: "HTTP requests by route and status, with the time they took; event streams count when they end.",
      labelNames: ["route", "method", "status"],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    streams: new Gauge({
      name: "gatehouse_open_streams",
      help: "Open connections by transport: websocket (sockets) and sse (event streams).",
      labelNames: ["transport"],
      registers,
    }),
    socketCloses: new Counter({
      name: "gatehouse_websocket_closes_total",
      help: "WebSocket connections that ended, by close code.",
      labelNames: ["code"],
      registers,
    }),
    operations: new Counter({
      name: "gatehouse_graphql_operations_total",
      help: "GraphQL operations that were run, by transport and kind.",
      labelNames: ["transport", "kind"],
      registers,
    }),
    rendered: new Counter({
      name: "gatehouse_live_messages_made_total",
      help: "Messages of shared subscriptions that were resolved and serialised, however many subscribers got them.",
      registers,
    }),
    errors: new Counter({
      name: "gatehouse_graphql_refusals_total",
      help: "GraphQL requests refused before execution, by error code.",
      labelNames: ["code"],
      registers,
    }),
  };
}
