// What is drawn, from what the server says. Every word goes in as text, never as markup.

/** An element with a class, words, and others inside it. */
export function part(name, className = "", ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

export const at = (id) => document.getElementById(id);

/** Replace what is listed, and show what stands there for an empty list.
 *
 * What is as it was stays: somebody may be reading, selecting or about to press a key in it.
 */
export function list(id, entries, empty) {
  const place = at(id);
  if (empty) at(empty).hidden = entries.length > 0;
  if (place.innerHTML === entries.map((one) => one.outerHTML).join("")) return;
  const chosen = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  place.replaceChildren(...entries);
  if (chosen) [...place.querySelectorAll("button")].find((one) => nameOf(one) === chosen)?.focus();
}

const nameOf = (control) => control.getAttribute("aria-label");

export function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  for (; count >= 1000 && unit < 4; unit++) count /= 1000;
  return `${count.toFixed(unit > 2 ? 1 : 0)} ${units[unit]}`;
}

export function seconds(count) {
  if (count < 60) return `${count.toFixed(count < 10 ? 1 : 0)} s`;
  return `${Math.floor(count / 60)} min ${Math.round(count % 60)} s`;
}

/** What a run is called, cut where it is long and whole where one points at it. */
function titleOf(run) {
  const title = part("span", "title", run.title || "Untitled");
  title.title = run.title;
  return title;
}

/** A run that is under way; `live` is what was heard of it since. */
export function running(run, live, cancel) {
  const entry = part("li", "running", part("span", "state", "running"));
  entry.append(titleOf(run), button("Cancel", run, cancel));
  const bar = part("progress");
  bar.setAttribute("aria-label", `Progress of ${run.title || "Untitled"}`);
  const told = part("small", "below");
  if (live?.of) {
    bar.max = live.of;
    bar.value = live.step;
    const left = live.seconds_left ? `, ${seconds(live.seconds_left)} left` : "";
    told.textContent = `${live.node}: step ${live.step} of ${live.of}${left}`;
  } else {
    told.textContent = live?.node ? `${live.node} …` : "starting …";
  }
  const below = part("div", "below", bar);
  entry.append(below, told);
  if (live?.picture) {
    const picture = part("img");
    picture.alt = `How ${live.node} stands`;
    picture.src = live.picture;
    entry.append(picture);
  }
  return entry;
}

export function queued(run, cancel) {
  const place = part("span", "state", run.position === 0 ? "next" : `${run.position + 1}.`);
  return part("li", "queued", place, titleOf(run), button("Cancel", run, cancel));
}

export function past(run) {
  const took = run.seconds === null ? "" : seconds(run.seconds);
  const entry = part("li", run.state, part("span", "state", run.state));
  entry.append(titleOf(run), part("small", "", took));
  if (run.error) {
    const place = [run.error.node, run.error.port].filter(Boolean).join(".");
    const told = place ? `${place}: ${run.error.message}` : run.error.message;
    entry.append(part("span", "below bad", told));
  }
  return entry;
}

export function device(one) {
  const entry = part("li", "", part("span", "", one.name || one.device), part("b", "", one.state));
  if (one.memory_bytes) {
    const used = Math.max(0, one.memory_bytes - one.memory_free);
    const meter = part("meter");
    meter.max = one.memory_bytes;
    meter.value = used;
    meter.setAttribute("aria-label", `Memory of ${one.device}`);
    const told = `${one.device} · ${bytes(used)} of ${bytes(one.memory_bytes)} used`;
    entry.append(meter, part("small", "", told));
  }
  return entry;
}

export function picture(asset) {
  const image = part("img");
  image.src = `/v1/assets/${asset.asset}?width=256`;
  image.alt = "";
  image.loading = "lazy";
  const link = part("a", "", image, part("span", "", asset.name.split("/").pop()));
  link.href = `/v1/assets/${asset.asset}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.title = `${asset.name} · ${asset.width} × ${asset.height} · ${bytes(asset.bytes)}`;
  return part("li", "", link);
}

/** Pairs of words for a list of facts. */
export function facts(pairs) {
  return pairs.flatMap(([name, said]) => [part("dt", "", name), part("dd", "", said)]);
}

function button(word, run, act) {
  const made = part("button", "quiet", word);
  made.setAttribute("aria-label", `${word} ${run.title || "Untitled"}`);
  made.onclick = () => act(run.run);
  return made;
}
