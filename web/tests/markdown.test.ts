import { expect, test } from "vitest";
import { parse, spansOf } from "../src/ui/markdown.ts";

const text = (of: string) => ({ kind: "text", text: of });

test("blank lines divide paragraphs, single ones do not", () => {
  expect(parse("one\ntwo\n\nthree")).toEqual([
    { kind: "paragraph", spans: [text("one two")] },
    { kind: "paragraph", spans: [text("three")] },
  ]);
});

test("headings, rules and quotes", () => {
  expect(parse("## Title ##\n---\n> said\n> so")).toEqual([
    { kind: "heading", level: 2, spans: [text("Title")] },
    { kind: "rule" },
    { kind: "quote", spans: [text("said so")] },
  ]);
});

test("lists of dots and of numbers, with items over several lines", () => {
  expect(parse("* one\n  more\n* two\n\n1. first\n2) second")).toEqual([
    { kind: "list", ordered: false, items: [[text("one more")], [text("two")]] },
    { kind: "list", ordered: true, items: [[text("first")], [text("second")]] },
  ]);
});

test("code stays as it is, in lines and between fences", () => {
  expect(spansOf("set `a_b_c` now")).toEqual([
    text("set "),
    { kind: "code", text: "a_b_c" },
    text(" now"),
  ]);
  expect(parse("```\n# no **title**\n```")).toEqual([{ kind: "code", text: "# no **title**" }]);
});

test("bold and italic, one in the other", () => {
  expect(spansOf("**very _big_**")).toEqual([
    { kind: "strong", spans: [text("very "), { kind: "em", spans: [text("big")] }] },
  ]);
});

test("stars and lines within words and sums stay", () => {
  expect(spansOf("2 * 3 * 4 and snake_case_name")).toEqual([text("2 * 3 * 4 and snake_case_name")]);
});

test("links lead to web pages only", () => {
  expect(spansOf("[here](https://a.org/x)")).toEqual([
    { kind: "link", href: "https://a.org/x", spans: [text("here")] },
  ]);
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "/v1/runs", "JaVaScRiPt:x"]) {
    expect(spansOf(`[here](${bad})`)).toEqual([text(`[here](${bad})`)]);
  }
});

test("an address by itself is a link, without the full stop after it", () => {
  expect(spansOf("see https://a.org/b.")).toEqual([
    text("see "),
    { kind: "link", href: "https://a.org/b", spans: [text("https://a.org/b")] },
    text("."),
  ]);
});

test("HTML is text", () => {
  const html = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
  expect(parse(html)).toEqual([{ kind: "paragraph", spans: [text(html)] }]);
});

test("signs can be escaped", () => {
  expect(spansOf("\\*no\\*")).toEqual([text("*"), text("no"), text("*")]);
});

test("what is malicious or endless is read to its end", () => {
  for (const evil of ["*".repeat(5000), "[".repeat(5000), "`".repeat(5000), "_a".repeat(3000)]) {
    parse(evil);
  }
  parse("> ".repeat(50_000));
  parse("x".repeat(1_000_000));
});
