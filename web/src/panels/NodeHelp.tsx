/** The help of one type of node. */
import type { NodeKind, Port } from "../api/messages.ts";
import { typeName } from "../text/en/canvas.ts";
import { label } from "../text/en/nodes.ts";
import { text } from "../text/index.ts";
import { Markdown } from "../ui/Markdown.tsx";
import { takes, usual } from "./portFacts.ts";

const words = text.panels.help;
const BODIES: Readonly<Record<string, string>> = words.bodies;

interface Props {
  readonly type: string;
  readonly kind: NodeKind | undefined;
}

export function NodeHelp({ type, kind }: Props) {
  if (!kind) return <Markdown text={BODIES[type] ?? words.missing(type)} />;
  const notes = [
    kind.effect && words.effect,
    !kind.exact && words.inexact,
    kind.live && words.live,
  ].filter((note) => note !== false);
  return (
    <>
      <p className="dim">{words.category(kind.category)}</p>
      <Markdown text={kind.help || words.noHelp} />
      {notes.map((note) => (
        <p key={note} className="dim">
          {note}
        </p>
      ))}
      <Inputs ports={kind.inputs} />
      <Outputs ports={kind.outputs} />
    </>
  );
}

function Inputs({ ports }: { readonly ports: readonly Port[] }) {
  if (ports.length === 0) return null;
  return (
    <table className="ports-table">
      <caption>{words.inputs}</caption>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.takes}</th>
          <th scope="col">{words.usual}</th>
        </tr>
      </thead>
      <tbody>
        {ports.map((port) => (
          <tr key={port.name}>
            <th scope="row">{label(port.name)}</th>
            <td>
              {takes(port)}
              {port.help && <Markdown text={port.help} />}
            </td>
            <td>{usual(port)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Outputs({ ports }: { readonly ports: readonly Port[] }) {
  if (ports.length === 0) return null;
  return (
    <table className="ports-table">
      <caption>{words.outputs}</caption>
      <thead>
        <tr>
          <th scope="col">{words.name}</th>
          <th scope="col">{words.gives}</th>
        </tr>
      </thead>
      <tbody>
        {ports.map((port) => (
          <tr key={port.name}>
            <th scope="row">{label(port.name)}</th>
            <td>
              {port.many ? words.several(typeName(port.type)) : typeName(port.type)}
              {port.help && <Markdown text={port.help} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
