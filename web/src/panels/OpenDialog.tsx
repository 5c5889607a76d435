/** Open what is saved, an example, or what is in the bin: searched by name. */
import { Tabs } from "@base-ui/react/tabs";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { chooseFiles } from "../store/importing.ts";
import { show } from "../store/ui.ts";
import { text } from "../text/index.ts";
import { Modal } from "../ui/Modal.tsx";
import { BinList, ExampleList, SavedList } from "./OpenLists.tsx";

const words = text.files.open;

interface Props {
  readonly part: "saved" | "examples" | "bin";
}

export function OpenDialog({ part }: Props) {
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  return (
    <Modal title={words.title} look="wide" first={field} onClose={() => show(null)}>
      <Tabs.Root defaultValue={part} className="open">
        <div className="open-head">
          <input
            ref={field}
            className="field"
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={query}
            onChange={({ target }) => setQuery(target.value)}
            onKeyDown={({ key, currentTarget }) => key === "Enter" && openFirst(currentTarget)}
          />
          <FromFile />
        </div>
        <Tabs.List className="open-parts" aria-label={words.title}>
          <Tabs.Tab value="saved">{words.saved}</Tabs.Tab>
          <Tabs.Tab value="examples">{words.examples}</Tabs.Tab>
          <Tabs.Tab value="bin">{words.bin}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="saved" className="open-panel">
          <SavedList query={query} />
        </Tabs.Panel>
        <Tabs.Panel value="examples" className="open-panel">
          <ExampleList query={query} />
        </Tabs.Panel>
        <Tabs.Panel value="bin" className="open-panel">
          <BinList query={query} />
        </Tabs.Panel>
      </Tabs.Root>
    </Modal>
  );
}

/** Enter opens what stands first: it was searched for by its name. */
function openFirst(field: HTMLElement): void {
  const panel = field.closest(".open")?.querySelector("[role=tabpanel]:not([hidden])");
  panel?.querySelector<HTMLElement>("li button")?.click();
}

function FromFile() {
  const choose = () => {
    show(null);
    chooseFiles();
  };
  return (
    <button type="button" className="button" onClick={choose}>
      <FileUp size={15} aria-hidden /> {words.import}
    </button>
  );
}
