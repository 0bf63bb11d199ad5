/** What the tests of promises share: a real gateway on a database of its own, a real sandbox, and a proxy between them that may change answers. */
import { AnswerProxy } from "../connectors/contract/proxy.ts";
import { apiOf } from "../e2e/support.ts";
import { type Gatehouse, type GatehouseOptions, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, startSandbox } from "../support/sandbox.ts";

export interface Stage {
  sandbox: Sandbox;
  proxy: AnswerProxy;
  gatehouse: Gatehouse;
  api: ReturnType<typeof apiOf>;
  close(): Promise<void>;
}

export async function openStage({ env }: Pick<GatehouseOptions, "env"> = {}): Promise<Stage> {
  const sandbox = await startSandbox();
  const proxy = await AnswerProxy.open(sandbox.url);
  const gatehouse = await startGatehouse({ sandboxUrl: proxy.url, ...(env ? { env } : {}) });
  return {
    sandbox,
    proxy,
    gatehouse,
    api: apiOf(gatehouse),
    async close() {
      await gatehouse.stop();
      await proxy.close();
      await sandbox.stop();
    },
  };
}
