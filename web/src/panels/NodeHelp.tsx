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

const Inputs = ({ ports }: { readonly ports: readonly Port[] }) => (
  <Ports caption={words.inputs} heads={[words.takes, words.usual]} ports={ports} tell={ofInput} />
);

const Outputs = ({ ports }: { readonly ports: readonly Port[] }) => (
  <Ports caption={words.outputs} heads={[words.gives]} ports={ports} tell={ofOutput} />
);

const ofInput = (port: Port): string[] => [takes(port), usual(port)];
const ofOutput = ({ many, type }: Port): string[] => [
  many ? words.several(typeName(type)) : typeName(type),
];

interface PortsProps {
  readonly caption: string;
  /** Of the columns after the name. */
  readonly heads: readonly string[];
  readonly ports: readonly Port[];
  /** What stands in those columns. */
  readonly tell: (port: Port) => string[];
}

function Ports({ caption, heads, ports, tell }: PortsProps) {
  if (ports.length === 0) return null;
  return (
    <table className="ports-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {[words.name, ...heads].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ports.map((port) => (
          <tr key={port.name}>
            <th scope="row">{label(port.name)}</th>
            {tell(port).map((told, at) => (
              <td key={heads[at]}>
                {told}
                {at === 0 && port.help && <Markdown text={port.help} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
