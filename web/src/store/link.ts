/** A workflow that goes from hand to hand as a link. */
import { create } from "zustand";
import { asLink, fromLink } from "../graph/link.ts";
import { text } from "../text/index.ts";
import { activeTab, openTab } from "./documents.ts";
import { asWorkflow } from "./reading.ts";
import { say, toast } from "./ui.ts";

/** The link to what is seen, null while it is made. */
export const useLink = create<{ readonly link: string | null }>(() => ({ link: null }));

export async function makeLink(): Promise<void> {
  useLink.setState({ link: null });
  const end = await asLink(activeTab().history.now);
  useLink.setState({ link: `${location.origin}/${end}` });
}

/** Open what a link carries: the part of the address after #. */
export async function openLink(hash: string): Promise<void> {
  const found = await fromLink(hash);
  const read = found && asWorkflow(found);
  if (!read || !("workflow" in read)) return toast(text.files.share.broken, "bad");
  openTab(read.workflow);
  say(text.files.share.opened(read.workflow.title ?? text.files.untitled));
}
