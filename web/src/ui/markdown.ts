/** A small Markdown as a tree: what notes and the help of nodes are written in. HTML stays text. */

export type Span =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "em"; readonly spans: readonly Span[] }
  | { readonly kind: "link"; readonly href: string; readonly spans: readonly Span[] }
  | { readonly kind: "break" };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: "paragraph" | "quote"; readonly spans: readonly Span[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "rule" }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Span[][] };

/** More than this is shown as it is written: nobody reads it, and it must not hold up the page. */
const MOST = 100_000;

const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const BULLET = /^\s*[-*+]\s+(.*)$/;
const NUMBER = /^\s*\d{1,9}[.)]\s+(.*)$/;
const QUOTE = /^\s*>\s?(.*)$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;

export function parse(source: string): Block[] {
  if (source.length > MOST) return [{ kind: "code", text: source }];
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = blockAt(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number): [Block | undefined, number] {
  const line = lines[at] ?? "";
  if (!line.trim()) return [undefined, at + 1];
  if (FENCE.test(line)) return fenced(lines, at);
  const heading = HEADING.exec(line);
  if (heading) {
    const [, marks = "", title = ""] = heading;
    return [{ kind: "heading", level: marks.length, spans: spansOf(title) }, at + 1];
  }
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (BULLET.test(line)) return list(lines, at, BULLET, false);
  if (NUMBER.test(line)) return list(lines, at, NUMBER, true);
  if (QUOTE.test(line)) return quote(lines, at);
  return paragraph(lines, at);
}

function fenced(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end++;
  return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function list(
  lines: readonly string[],
  at: number,
  mark: RegExp,
  ordered: boolean,
): [Block, number] {
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const item = mark.exec(line)?.[1];
    if (item !== undefined && !RULE.test(line)) items.push(item);
    else if (/^\s+\S/.test(line) && !begins(line)) items.push(`${items.pop()} ${line.trim()}`);
    else break;
  }
  return [{ kind: "list", ordered, items: items.map(spansOf) }, end];
}

function quote(lines: readonly string[], at: number): [Block, number] {
  let end = at;
  while (QUOTE.test(lines[end] ?? "")) end++;
  const text = lines.slice(at, end).map((line) => QUOTE.exec(line)?.[1] ?? "");
  return [{ kind: "quote", spans: spansOf(text.join("\n")) }, end];
}

const begins = (line: string): boolean =>
  [FENCE, HEADING, BULLET, NUMBER, QUOTE, RULE].some((mark) => mark.test(line));

function paragraph(lines: readonly string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && (lines[end] ?? "").trim() && !begins(lines[end] ?? "")) end++;
  const text = lines.slice(at, end).map((line) => line.replace(/^\s+/, ""));
  return [{ kind: "paragraph", spans: spansOf(text.join("\n")) }, end];
}

// ── inside a line ─────────────────────────────────────────────────────────────────────────────────

const MARK =
  /\\([\\`*_{}[\]()#+.!~>-])|(`+)([\s\S]+?)\2|\*\*(\S(?:[\s\S]*?\S)?)\*\*|(?<![\p{L}\p{N}*])([*_])(?=\S)((?:(?!\5)[\s\S])*?\S)\5(?![\p{L}\p{N}])|\[([^\][]*)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]])| {2,}\n|\\\n/gu;

const DEEPEST = 4;

export function spansOf(source: string, depth = 0): Span[] {
  const spans: Span[] = [];
  let end = 0;
  const plain = (to: number) => {
    const text = source.slice(end, to).replace(/\n/g, " ");
    if (text) spans.push({ kind: "text", text });
  };
  if (depth > DEEPEST) return [{ kind: "text", text: source }];
  for (const found of source.matchAll(MARK)) {
    plain(found.index);
    spans.push(spanOf(found, depth + 1));
    end = found.index + found[0].length;
  }
  plain(source.length);
  return spans;
}

function spanOf(found: RegExpExecArray, depth: number): Span {
  const [whole, escaped, , code, strong, , em, label, href, bare] = found;
  if (escaped !== undefined) return { kind: "text", text: escaped };
  if (code !== undefined) return { kind: "code", text: code.trim() };
  if (strong !== undefined) return { kind: "strong", spans: spansOf(strong, depth) };
  if (em !== undefined) return { kind: "em", spans: spansOf(em, depth) };
  if (bare !== undefined) return linked(bare, [{ kind: "text", text: bare }]);
  if (label !== undefined && href !== undefined) return linked(href, spansOf(label, depth), whole);
  return { kind: "break" };
}

/** Only what leads to a web page is a link; anything else is shown as it was written. */
function linked(href: string, spans: readonly Span[], written = href): Span {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    return { kind: "text", text: written };
  }
  return { kind: "link", href: url.href, spans };
}
