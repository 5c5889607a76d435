/** What is typed into a field for a number: `512*2`, `(3+4)/2`, `0,5`. */

const LONGEST = 200;
const TOKEN = /\d*\.?\d+(?:e[+-]?\d+)?\.?|[-+*/()]|\S/gi;

/** The result, undefined where it is none. A `whole` one may have commas between thousands. */
export function calculate(typed: string, whole = false): number | undefined {
  if (typed.length > LONGEST) return undefined;
  const tokens = withPoints(typed, whole).match(TOKEN) ?? [];
  const reader = { tokens, at: 0 };
  const result = sum(reader);
  return reader.at === tokens.length && Number.isFinite(result) ? result : undefined;
}

function withPoints(typed: string, whole: boolean): string {
  const signs = typed.replace(/[×·]/g, "*").replace(/[÷:]/g, "/").replace(/−/g, "-");
  const plain = whole ? signs.replace(/(\d),(?=\d{3}(?!\d))/g, "$1") : signs;
  return plain.replace(/(\d),(?=\d)/g, "$1.").replace(/(\d)\.(?!\d)/g, "$1");
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function sum(reader: Reader): number {
  let left = product(reader);
  for (let sign = take(reader, "+", "-"); sign; sign = take(reader, "+", "-")) {
    const right = product(reader);
    left = sign === "+" ? left + right : left - right;
  }
  return left;
}

function product(reader: Reader): number {
  let left = single(reader);
  for (let sign = take(reader, "*", "/"); sign; sign = take(reader, "*", "/")) {
    const right = single(reader);
    left = sign === "*" ? left * right : left / right;
  }
  return left;
}

function single(reader: Reader): number {
  const sign = take(reader, "+", "-");
  if (sign) return sign === "-" ? -single(reader) : single(reader);
  if (take(reader, "(")) {
    const inside = sum(reader);
    return take(reader, ")") ? inside : Number.NaN;
  }
  const token = reader.tokens[reader.at++] ?? "";
  return /\d/.test(token) ? Number(token) : Number.NaN;
}

function take(reader: Reader, ...wanted: string[]): string | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || !wanted.includes(token)) return undefined;
  reader.at++;
  return token;
}
