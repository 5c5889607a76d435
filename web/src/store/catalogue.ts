/** What there is to work with: node types and models, asked for anew when the server says so. */
import { create } from "zustand";
import type { ModelFile, NodeKind, Trouble } from "../api/messages.ts";
import { byType, type Kinds } from "../graph/kinds.ts";
import { line, onEvent, onOpen } from "./connection.ts";

interface Catalogue {
  readonly list: readonly NodeKind[];
  readonly kinds: Kinds;
  /** Packs that could not be loaded. */
  readonly problems: readonly Trouble[];
  readonly models: readonly ModelFile[];
  readonly looking: boolean;
  readonly digest: string;
}

export const useCatalogue = create<Catalogue>(() => ({
  list: [],
  kinds: {},
  problems: [],
  models: [],
  looking: true,
  digest: "",
}));

export const kinds = (): Kinds => useCatalogue.getState().kinds;

async function askNodes(): Promise<void> {
  const nodes = await line.call("nodes.list").catch(() => null);
  if (!nodes || nodes.digest === useCatalogue.getState().digest) return;
  const { nodes: list, problems, digest } = nodes;
  useCatalogue.setState({ list, kinds: byType(list), problems, digest });
}

async function askModels(): Promise<void> {
  const found = await line.call("models.list").catch(() => null);
  if (found) useCatalogue.setState({ models: found.models, looking: found.looking });
}

onOpen(() => {
  void askNodes();
  void askModels();
});
onEvent(({ kind }) => {
  if (kind === "nodes_changed") void askNodes();
  if (kind === "models_changed") void askModels();
});
