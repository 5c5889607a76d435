/** Colours as the server has them: #rrggbb. */

export const isColour = (value: unknown): value is string =>
  typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);

/** `80c`, `#80c` and `8800CC` are #8800cc; what is no colour stays as it was typed. */
export function asColour(typed: string): string {
  const digits = typed.trim().replace(/^#/, "").toLowerCase();
  const six = /^[0-9a-f]{3}$/.test(digits) ? digits.replace(/./g, "$&$&") : digits;
  return /^[0-9a-f]{6}$/.test(six) ? `#${six}` : typed.trim();
}
