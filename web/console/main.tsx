import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { router } from "./app/router.tsx";
import { applyTheme } from "./app/theme.ts";
import { client } from "./data/client.ts";
import { ViewerProvider } from "./data/viewer.tsx";

// Radix locks the scrolling behind a dialog by a style element; the policy of the page lets it through by this nonce.
setNonce(document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "");
applyTheme();

createRoot(document.getElementById("console")!).render(
  <StrictMode>
    <Provider value={client}>
      <ViewerProvider>
        <RouterProvider router={router} />
      </ViewerProvider>
    </Provider>
  </StrictMode>,
);
