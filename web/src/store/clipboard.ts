/** The clipboard is there for pages from this machine or by TLS; elsewhere a field has to do. */
export async function copyText(said: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(said);
  const field = document.createElement("textarea");
  field.value = said;
  (document.querySelector("[role=dialog]") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
