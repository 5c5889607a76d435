/** What happened, and a report of it to copy. */
import { useState } from "react";
import { goToNode } from "../store/going.ts";
import { clearLog, type Happening, useLog } from "../store/log.ts";
import { say, useUi } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { score } from "../ui/ranking.ts";
import { PanelHead } from "./PanelHead.tsx";
import { ReportButton } from "./Report.tsx";

const words = text.panels.log;

export function Log() {
  const open = useUi(({ log }) => log);
  return open ? <Panel /> : null;
}

function Panel() {
  const list = useLog((log) => log.list);
  const [query, setQuery] = useState("");
  const [only, setOnly] = useState<"all" | "bad">("all");
  const found = list.filter(
    ({ text: told, tone }) =>
      (only === "all" || tone === "bad" || tone === "warn") && score(query, told) !== undefined,
  );
  return (
    <section className="panel log" aria-label={words.title}>
      <PanelHead title={words.title} panel="log">
        <select
          className="field"
          aria-label={words.filter}
          value={only}
          onChange={({ currentTarget }) => setOnly(currentTarget.value as "all" | "bad")}
        >
          <option value="all">{words.filters.all}</option>
          <option value="bad">{words.filters.bad}</option>
        </select>
        <input
          type="search"
          className="field"
          aria-label={words.search}
          placeholder={words.search}
          value={query}
          onChange={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        <ReportButton />
        <button type="button" className="button" onClick={clearLog} disabled={list.length === 0}>
          {words.clear}
        </button>
      </PanelHead>
      {found.length === 0 && <p className="dim">{list.length ? words.nothing : words.empty}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <ol className="bare log-list" aria-label={words.list} tabIndex={0}>
        {found.toReversed().map((one) => (
          <Line key={one.id} happening={one} />
        ))}
      </ol>
    </section>
  );
}

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };

function Line({ happening }: { readonly happening: Happening }) {
  const { at, tone, text: told, node, times } = happening;
  return (
    <li className={`log-line log-${tone}`}>
      <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString([], TIME)}</time>
      <span className="log-tone">{words.tones[tone]}</span>
      <span className="log-text">
        {told} {times > 1 && <small>{words.times(times)}</small>}
      </span>
      {node && (
        <button
          type="button"
          className="button small"
          onClick={() => goToNode(node) || say(words.gone)}
        >
          {words.go}
        </button>
      )}
    </li>
  );
}
