// Films a page while it loads and says, from the pixels alone, when its pictures were there.

import { PNG } from "pngjs";

/** The mean difference of a colour (0 to 255) below which a picture is the final one. */
const SAME = 6;
/** What is filmed after the last picture has arrived, in milliseconds: it is still to be drawn. */
const REST = 1200;

const SLOW = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };

/** Slows a page down: processor and network. */
export async function slowed(page, { cpu = 4, network = SLOW } = {}) {
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
    await session.send("Network.enable");
    if (network) await session.send("Network.emulateNetworkConditions", network);
    return session;
}

/**
 * Loads `url` into the page's frame and returns milliseconds from there until the first picture and
 * until all in view were painted, with the pictures' places.
 */
export async function film(page, session, url, pictures) {
    const frames = [];
    let complete = Infinity;
    const onFrame = ({ data, metadata, sessionId }) => {
        frames.push({ at: metadata.timestamp * 1000, data });
        session.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
    };
    session.on("Page.screencastFrame", onFrame);
    await session.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
    const begun = await page.evaluate((url) => {
        const frame = document.querySelector("iframe");
        frame.src = url;
        return performance.timeOrigin + performance.now();
    }, url);
    const child = page.frames()[1];
    const deadline = begun + 60_000;
    let places = [];
    for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (Date.now() > deadline) throw new Error(`the page is not done after a minute: ${JSON.stringify(places)}`);
        places = await child.evaluate(placesOf, pictures).catch(() => []);
        const done = places.length > 0 && places.every(({ done }) => done);
        complete = done ? Math.min(complete, Date.now()) : Infinity;
        if (Date.now() - complete > REST) break;
    }
    await session.send("Page.stopScreencast");
    session.off("Page.screencastFrame", onFrame);
    const decoded = frames.map(({ at, data }) => ({ at, image: PNG.sync.read(Buffer.from(data, "base64")) }));
    const final = decoded.at(-1).image;
    const painted = places.map((place) => {
        // From the end: the picture is there from the first frame after which it stays the same.
        let since = Infinity;
        for (const { at, image } of decoded.toReversed()) {
            if (difference(image, final, place) > SAME) break;
            since = at;
        }
        return since - begun;
    });
    return { first: Math.min(...painted), all: Math.max(...painted), places };
}

// Runs in the page: where the pictures are that can be seen.
function placesOf(selector) {
    const found = [...document.querySelectorAll(selector)].map((image) => {
        const { x, y, width, height } = image.getBoundingClientRect();
        return { x, y, width, height, src: image.currentSrc, done: image.complete && image.naturalWidth > 0 };
    });
    const inView = ({ x, y, width, height }) =>
        width > 0 && x >= 0 && y >= 0 && x + width / 2 < innerWidth && y + height / 2 < innerHeight;
    return found.filter(inView);
}

function difference(one, other, { x, y, width, height }) {
    if (one.width !== other.width || one.height !== other.height) return 255;
    let sum = 0;
    let count = 0;
    for (let row = Math.ceil(y); row < Math.min(y + height, one.height); row += 1) {
        for (let column = Math.ceil(x); column < Math.min(x + width, one.width); column += 1) {
            const at = (row * one.width + column) * 4;
            for (let i = 0; i < 3; i += 1) sum += Math.abs(one.data[at + i] - other.data[at + i]);
            count += 3;
        }
    }
    return count === 0 ? 255 : sum / count;
}
