// GraphiQL from our own files, signed in by the session cookie: queries over fetch, subscriptions over WebSocket.
const { GraphiQL, React, ReactDOM, graphqlWs, gatehouseTabs, gatehouseStorage } = globalThis;

function signInAgain() {
  location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
}

async function fetchSignedIn(input, init) {
  const response = await fetch(input, { ...init, credentials: "same-origin" });
  if (response.status === 401) signInAgain();
  return response;
}

// A page of the console hands its query over in the fragment of the address. It opens in a tab of its own, and runs when a person runs it.
const handedOver = new URLSearchParams(location.hash.slice(1));
if (handedOver.has("query")) history.replaceState(null, "", location.pathname);

const wsClient = graphqlWs.createClient({
  url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/graphql`,
  on: {
    closed: (event) => {
      if (event.code === 4403) signInAgain();
    },
  },
});

const element = document.getElementById("graphiql");
const logo = React.createElement(
  GraphiQL.Logo,
  null,
  React.createElement(
    "a",
    { className: "gatehouse-logo", href: "/" },
    React.createElement("img", { src: element.dataset.icon, width: 20, height: 20, alt: "" }),
    "Gatehouse",
  ),
);

ReactDOM.createRoot(element).render(
  React.createElement(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: "/graphql", fetch: fetchSignedIn, wsClient }),
      storage: gatehouseStorage(localStorage),
      defaultTabs: gatehouseTabs,
      query: handedOver.get("query") ?? undefined,
      variables: handedOver.get("variables") ?? undefined,
      defaultQuery: "# Ctrl-Space completes, Ctrl-Enter runs.\n\n",
      defaultEditorToolsVisibility: "variables",
      isHeadersEditorEnabled: false,
      schemaDescription: true,
      inputValueDeprecation: true,
    },
    logo,
  ),
);
