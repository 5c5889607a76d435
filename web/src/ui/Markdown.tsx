/** Markdown as React elements: notes, and the help of nodes. */
import { createElement, Fragment, memo, type ReactNode } from "react";
import { type Block, parse, type Span } from "./markdown.ts";

interface Props {
  readonly text: string;
  /** The level of its first headings on the page it stands on. */
  readonly heading?: number;
}

export const Markdown = memo(function Markdown({ text, heading = 3 }: Props) {
  return <div className="markdown">{each(parse(text), (block) => drawn(block, heading))}</div>;
});

// what is parsed has no identity but its place
const each = <T,>(items: readonly T[], draw: (item: T) => ReactNode): ReactNode[] =>
  items.map((item, at) => createElement(Fragment, { key: at }, draw(item)));

const inline = (spans: readonly Span[]): ReactNode => each(spans, span);

function drawn(block: Block, heading: number): ReactNode {
  switch (block.kind) {
    case "heading": {
      const level = Math.min(6, heading - 1 + block.level);
      return createElement(`h${level}`, null, inline(block.spans));
    }
    case "paragraph":
      return <p>{inline(block.spans)}</p>;
    case "quote":
      return <blockquote>{inline(block.spans)}</blockquote>;
    case "code":
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "list":
      return createElement(
        block.ordered ? "ol" : "ul",
        null,
        each(block.items, (item) => <li>{inline(item)}</li>),
      );
  }
}

function span(one: Span): ReactNode {
  switch (one.kind) {
    case "text":
      return one.text;
    case "code":
      return <code>{one.text}</code>;
    case "strong":
      return <strong>{inline(one.spans)}</strong>;
    case "em":
      return <em>{inline(one.spans)}</em>;
    case "break":
      return <br />;
    case "link":
      return (
        <a href={one.href} target="_blank" rel="noreferrer">
          {inline(one.spans)}
        </a>
      );
  }
}
