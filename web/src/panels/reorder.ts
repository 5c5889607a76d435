/** Where among its neighbours something that is drawn sideways comes to lie. */
export function placeAt(drawn: Element, x: number): number {
  const others = [...(drawn.parentElement?.children ?? [])].filter((one) => one !== drawn);
  const middles = others.map((one) => {
    const { left, width } = one.getBoundingClientRect();
    return left + width / 2;
  });
  return middles.filter((middle) => middle < x).length;
}
