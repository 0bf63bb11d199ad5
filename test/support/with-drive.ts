// For worker processes: `node --import ./test/support/with-drive.ts src/main.ts worker` knows the made-up drive beside the real apps.
import { registerHooks } from "node:module";

const list = new URL("../../src/connectors/index.ts", import.meta.url).href;
const original = `${list}?original`;
const drive = new URL("made-up-drive.ts", import.meta.url).href;
const wrapper = new URL("made-up-connector.ts", import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (url !== list) return nextLoad(url, context);
    const source = `
      import * as original from ${JSON.stringify(original)};
      import { driveConnector } from ${JSON.stringify(drive)};
      import { withConnector } from ${JSON.stringify(wrapper)};
      export const { connectors, connectorBySlug, loadConnector, loadConnectors, logSources } = withConnector(original, driveConnector());`;
    return { format: "module", source, shortCircuit: true };
  },
});
