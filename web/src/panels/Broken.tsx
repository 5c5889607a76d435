import { text } from "../text/index.ts";

/** The whole page cannot be drawn: what is open is kept, and a reload brings it back. */
export function Broken({ error }: { error: Error }) {
  const words = text.panels.broken;
  return (
    <main className="login">
      <section className="login-card" aria-labelledby="broken-title">
        <h1 id="broken-title">{words.title}</h1>
        <p>{words.kept}</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {words.reload}
        </button>
        <details>
          <summary>{words.details}</summary>
          <pre className="broken-said">{error.stack ?? error.message}</pre>
        </details>
      </section>
    </main>
  );
}
