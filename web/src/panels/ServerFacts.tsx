/** What the server is: version, devices with their memory, folders, models. */
import type { Device, ModelFile } from "../api/messages.ts";
import { useCatalogue } from "../store/catalogue.ts";
import { useConnection } from "../store/connection.ts";
import { text } from "../text/index.ts";

const words = text.panels.settings;

export function ServerFacts() {
  const system = useConnection((connection) => connection.system);
  return (
    <section>
      <h3>{words.server}</h3>
      {!system && <p>{words.away}</p>}
      <dl className="facts">
        {system && (
          <>
            <dt>{words.version}</dt>
            <dd>{words.versionOf(system.version, system.python, system.system)}</dd>
            <dt>{words.devices}</dt>
            {system.devices.map((device) => (
              <DeviceFact key={device.device} device={device} />
            ))}
            <dt>{words.data}</dt>
            <dd>
              {system.data_folder}
              <small>{words.disk(system.disk_free)}</small>
            </dd>
          </>
        )}
        <Models />
        <Packs />
      </dl>
    </section>
  );
}

function DeviceFact({ device }: { readonly device: Device }) {
  const { name, device: id, state, memory_free, memory_bytes } = device;
  const title = name && name !== id ? `${id} (${name})` : id;
  return (
    <dd>
      {words.device(title, words.states[state])}
      <small>{words.memory(memory_free, memory_bytes)}</small>
    </dd>
  );
}

function Models() {
  const models = useCatalogue((catalogue) => catalogue.models);
  const looking = useCatalogue((catalogue) => catalogue.looking);
  return (
    <>
      <dt>{words.models}</dt>
      {byFolder(models).map(([folder, { count, bytes }]) => (
        <dd key={folder}>{words.folder(folder, count, bytes)}</dd>
      ))}
      {models.length === 0 && !looking && <dd>{words.noModels}</dd>}
      {looking && <dd>{words.looking}</dd>}
    </>
  );
}

function byFolder(models: readonly ModelFile[]) {
  const folders = new Map<string, { count: number; bytes: number }>();
  for (const { folder, bytes } of models) {
    const sum = folders.get(folder) ?? { count: 0, bytes: 0 };
    folders.set(folder, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  return [...folders];
}

function Packs() {
  const problems = useCatalogue((catalogue) => catalogue.problems);
  if (problems.length === 0) return null;
  return (
    <>
      <dt>{words.packs}</dt>
      {problems.map(({ node, message }) => (
        <dd key={`${node} ${message}`}>{node ? `${node}: ${message}` : message}</dd>
      ))}
    </>
  );
}
