/** Says that the server is away, for as long as it is; it says nothing while it is there. */
import { CloudOff } from "lucide-react";
import { useConnection } from "../store/connection.ts";
import { text } from "../text/index.ts";

export function Connection() {
  const away = useConnection(
    ({ state, met }) => met && (state === "cut" || state === "connecting"),
  );
  const never = useConnection(({ state, met }) => !met && state === "cut");
  if (!away && !never) return null;
  return (
    <p className="away" role="alert">
      <CloudOff size={15} aria-hidden /> {text.files.connection.away}
    </p>
  );
}
