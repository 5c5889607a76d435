import { useEffect } from "react";
import { Canvas } from "./canvas/Canvas.tsx";
import { Connection } from "./panels/Connection.tsx";
import { DropOverlay } from "./panels/DropOverlay.tsx";
import { Login } from "./panels/Login.tsx";
import { OpenedConflict, OpenedDialog, OpenedLog, OpenedOutline } from "./panels/Opened.tsx";
import { QueueStrip } from "./panels/QueueStrip.tsx";
import { Toasts } from "./panels/Toasts.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { Views } from "./panels/Views.tsx";
import "./store/appearance.ts";
import "./store/checks.ts";
import "./store/logging.ts";
import { useConnection } from "./store/connection.ts";
import { listen } from "./store/keyboard.ts";
import { fetchSoon } from "./ui/later.tsx";

/** The page: what can be done above, the canvas, the queue below, and what opens over them. */
export function App() {
  useEffect(listen, []);
  useEffect(fetchSoon, []);
  const outside = useConnection(({ state }) => state === "outside");
  if (outside) return <Login />;
  return (
    <>
      <TopBar />
      <Connection />
      <main className="work">
        <OpenedOutline />
        <div className="middle">
          <div className="stage">
            <Canvas />
            <Views />
          </div>
          <OpenedLog />
        </div>
      </main>
      <QueueStrip />
      <OpenedConflict />
      <DropOverlay />
      <OpenedDialog />
      <Toasts />
    </>
  );
}
