// Reads image packs from room state (MSC2545, and its unstable form) and writes each as a line of the
// library (`PackLine` in crates/protocol), so that the picker draws it like any other pack. Pure.

const PACKS = 50;
const IMAGES = 500;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value) => (typeof value === "string" ? value.replace(/[\n\r]/g, " ") : "");
const whole = (value, other) =>
  Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : other;
const forStickers = (usage) =>
  !Array.isArray(usage) || usage.length === 0 || usage.includes("sticker");

// Names a pack in the page: the same in every visit, so that favourites are found again.
const idOf = (name) => {
  let hash = 0xcbf29ce484222325n;
  for (const unit of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit)) * 0x100000001b3n);
  }
  return ".room-" + hash.toString(16);
};

// Packs that a bridge split over several events, joined again.
const joined = (events) => {
  const packs = new Map();
  for (const event of events) {
    if (!isObject(event.content) || !isObject(event.content.images)) continue;
    const { content } = event;
    const key = text(content["fi.mau.combined_pack_key"]) || text(event.state_key);
    const part = whole(content["fi.mau.combined_pack_index"], 0);
    if (!packs.has(key)) packs.set(key, { event, key, parts: [] });
    packs.get(key).parts[part] ??= content;
  }
  return [...packs.values()].slice(0, PACKS);
};

const imagesOf = (parts) => {
  const images = parts.filter(Boolean).flatMap((content) => Object.entries(content.images));
  const usable = images.filter(
    ([shortcode, image]) =>
      shortcode && isObject(image) && /^mxc:\/\/[^/"\\\s]+\/[^/"\\\s]+$/.test(image.url) &&
      forStickers(image.usage),
  );
  const place = ([, image]) => whole(image.order ?? image["fi.mau.msc4389.order"], 2 ** 31);
  return usable.sort((a, b) => place(a) - place(b)).slice(0, IMAGES);
};

const packOf = ({ event, key, parts }, isPublic) => {
  const first = parts.find(Boolean);
  const about = isObject(first.pack) ? first.pack : {};
  const images = forStickers(about.usage) ? imagesOf(parts) : [];
  if (images.length === 0) return null;
  const column = (value) => images.map(([shortcode, image]) => value(image, shortcode)).join("\n");
  const info = (image) => (isObject(image.info) ? image.info : {});
  const mimetype = (image) =>
    /^image\/[\w.+-]+$/.test(info(image).mimetype) ? info(image).mimetype : "image/png";
  const room = text(event.room_id);
  // Whoever wrote the pack is on a server that knows the room; newer rooms' ids name none.
  const [, server] = /:(.+)$/.exec(text(event.sender)) ?? /:(.+)$/.exec(room) ?? [];
  const via = server ? [server] : [];
  const line = {
    id: idOf([room, event.type, key].join("\n")),
    titles: "und " + (text(about.display_name) || key || "Pack"),
    credit: text(about.attribution),
    shortcodes: column((_, shortcode) => text(shortcode)),
    bodies: column((image) => text(image.body)),
    emoji: column(() => ""),
    tags: column(() => ""),
    urls: column((image) => image.url),
    infos: column((image) => {
      const { w, h, size } = info(image);
      return [mimetype(image), whole(w, 256), whole(h, 256), whole(size, 0)].join(" ");
    }),
    previews: column((image) => image.url),
    ...(isPublic && { source: [room, via.join(","), key].join(" ") }),
  };
  const content = { ...first, images: Object.fromEntries(images) };
  const save = { room_id: room, state_key: key, via, public: isPublic, content };
  return { line: JSON.stringify(line), save: JSON.stringify(save) };
};

/** Packs as `{ line, save }`, from state events of the three types. */
export const packsOf = ([stable, unstable, rules]) => {
  const events = [stable, unstable].filter(Array.isArray).flat().filter(isObject);
  const rule = (Array.isArray(rules) ? rules : []).find(isObject)?.content?.join_rule;
  const isPublic = rule === "public" || rule === "knock";
  return joined(events).map((pack) => packOf(pack, isPublic)).filter(Boolean);
};
