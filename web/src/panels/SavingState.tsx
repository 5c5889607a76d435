/** Whether the server has what is seen; what is in the way is told, and tried again on a press. */

import { reopen } from "../store/conflict.ts";
import { activeTab, useTab } from "../store/documents.ts";
import { isDirty, save } from "../store/files.ts";
import { text } from "../text/index.ts";

const words = text.files.tabs;

export function SavingState() {
  const saving = useTab((tab) => tab.saving);
  const trouble = useTab((tab) => tab.trouble);
  const untouched = useTab((tab) => tab.name === null && !isDirty(tab));
  if (saving === "conflict") {
    return (
      <button type="button" className="button small bad" title={words.choose} onClick={reopen}>
        {words.conflict}
      </button>
    );
  }
  if (saving === "failed") {
    const again = () => void save(activeTab().key);
    const why = words.tried(trouble ?? "");
    return (
      <button type="button" className="button small bad" title={why} onClick={again}>
        {words.failed}
      </button>
    );
  }
  return <span className="saving-state">{untouched ? words.untouched : words[saving]}</span>;
}
