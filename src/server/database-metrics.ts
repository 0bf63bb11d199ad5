import type { Sql } from "postgres";
import { Gauge, type Registry } from "prom-client";

/** Gauges read from the database when /metrics is requested: how far behind streams are, what waits in the queue. */
export function observeDatabase(registry: Registry, sql: Sql): void {
  new Gauge({
    name: "gatehouse_stream_lag_seconds",
    help: "Seconds since a stream of an instance, or a part of one, had last caught up.",
    labelNames: ["connector", "instance", "stream", "part"],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await sql<{ connector: string; instance: number; stream: string; part: string; lag: number }[]>`
        select i.connector_slug as connector, i.id as instance, s.stream, s.part, extract(epoch from now() - s.last_success_at)::float8 as lag
        from streams s join instances i on i.id = s.instance_id where i.status = 'CONNECTED' and s.last_success_at is not null`;
      for (const { lag, instance, ...labels } of rows) this.set({ ...labels, instance: String(instance) }, lag);
    },
  });
  new Gauge({
    name: "gatehouse_instances",
    help: "Instances by connector and status.",
    labelNames: ["connector", "status"],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await sql<
        { connector: string; status: string; count: number }[]
      >`select connector_slug as connector, status, count(*)::int as count from instances group by 1, 2`;
      for (const { count, ...labels } of rows) this.set(labels, count);
    },
  });
  new Gauge({
    name: "gatehouse_jobs",
    help: "Jobs that wait or run, by queue and state.",
    labelNames: ["queue", "state"],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await sql<
        { queue: string; state: string; count: number }[]
      >`select name as queue, state::text, count(*)::int as count from pgboss.job where state < 'completed' group by 1, 2`;
      for (const { count, ...labels } of rows) this.set(labels, count);
    },
  });
  new Gauge({
    name: "gatehouse_deliveries",
    help: "Deliveries that wait (pending) or were given up (dead), by destination.",
    labelNames: ["destination", "status"],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await sql<{ destination: number; status: string; count: number }[]>`
        select destination_id as destination, lower(status) as status, count(*)::int as count from deliveries where status <> 'DELIVERED' group by 1, 2`;
      for (const { count, destination, status } of rows) this.set({ destination: String(destination), status }, count);
    },
  });
  new Gauge({
    name: "gatehouse_destination_lag",
    help: "Batches of the log that a destination has not looked at yet.",
    labelNames: ["destination"],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await sql<{ destination: number; lag: number }[]>`
        select d.id as destination, (select count(*)::int from activity_log l where l.position > c.position) as lag
        from destinations d join log_consumers c on c.name = 'destination/' || d.id where d.enabled`;
      for (const { destination, lag } of rows) this.set({ destination: String(destination) }, lag);
    },
  });
}
