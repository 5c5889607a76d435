/** The editor begins: styles, the line to the server, the page. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { ReactFlowProvider } from "@xyflow/react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { Broken } from "./panels/Broken.tsx";
import { start } from "./store/start.ts";
import "./styles/index.css";
import { Boundary } from "./ui/Boundary.tsx";

void start();
createRoot(document.getElementById("root") as HTMLElement).render(
  // styles that libraries put into the page themselves are not let in: ours are in files
  <CSPProvider disableStyleElements>
    <Boundary instead={(error) => <Broken error={error} />}>
      <ReactFlowProvider>
        <App />
      </ReactFlowProvider>
    </Boundary>
  </CSPProvider>,
);
