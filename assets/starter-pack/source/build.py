"""Draws the starter pack: SVG sources, rendered stickers and pack.toml.

    python build.py [--only CODE ...] [--scratch DIR]

Two passes: the first renders each drawing small on a wide page to find its bounds over all
its frames, the second fits it into the 512 px box, with the white die-cut border around it.
"""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from stickers import STICKERS

HERE = Path(__file__).resolve().parent
PACK = HERE.parent
SIZE, ROOM = 512, 28  # the box, and what margin and border take on each side
WIDE, SMALL = 1200, 600  # the page of the first pass, in units and in pixels

TITLES = {"en": "Tess the tile", "de": "Tess, das Mosaiksteinchen", "fr": "Tess la tesselle",
          "es": "Tess la tesela", "ar": "تيس قطعة الفسيفساء"}

# The border: blur the silhouette and cut it off low, which also rounds every corner.
BORDER = """<filter id="die-cut" x="0" y="0" width="512" height="512" filterUnits="userSpaceOnUse" color-interpolation-filters="sRGB">
<feGaussianBlur in="SourceAlpha" stdDeviation="7" result="soft"/>
<feComponentTransfer in="soft" result="rim"><feFuncA type="linear" slope="36" intercept="-1.1"/></feComponentTransfer>
<feFlood flood-color="#CDD6DA" result="grey"/><feComposite in="grey" in2="rim" operator="in" result="edge"/>
<feComponentTransfer in="soft" result="cut"><feFuncA type="linear" slope="28" intercept="-2.1"/></feComponentTransfer>
<feFlood flood-color="#FFFFFF"/><feComposite in2="cut" operator="in" result="white"/>
<feMerge><feMergeNode in="edge"/><feMergeNode in="white"/><feMergeNode in="SourceGraphic"/></feMerge></filter>"""


def svg(content, view, px):
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{px}" height="{px}" viewBox="{view}">{content}</svg>\n'


def render(files, size, scratch):
    job = scratch / "jobs.json"
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    job.write_text(json.dumps({"chromium": chromium, "size": size, "files": [[str(a), str(b)] for a, b in files]}))
    subprocess.run(["node", str(HERE / "render.cjs"), str(job)], check=True)


def bounds(frames):
    boxes = [Image.open(f).getchannel("A").getbbox() for f in frames]
    k = WIDE / SMALL
    off = (SIZE - WIDE) / 2
    return (min(b[0] for b in boxes) * k + off, min(b[1] for b in boxes) * k + off,
            max(b[2] for b in boxes) * k + off, max(b[3] for b in boxes) * k + off)


def fitted(content, box):
    x0, y0, x1, y1 = box
    scale = (SIZE - 2 * ROOM) / max(x1 - x0, y1 - y0)
    dx, dy = SIZE / 2 - scale * (x0 + x1) / 2, SIZE / 2 - scale * (y0 + y1) / 2
    return (f'<defs>{BORDER}</defs><g filter="url(#die-cut)">'
            f'<g transform="translate({dx:.2f} {dy:.2f}) scale({scale:.4f})">{content}</g></g>')


def one_palette(frames, colours):
    """All frames in one palette with alpha, so that colours do not flicker."""
    strip = Image.new("RGBA", (SIZE, SIZE * len(frames)))
    for k, frame in enumerate(frames):
        strip.paste(frame, (0, SIZE * k))
    strip = strip.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return [strip.crop((0, SIZE * k, SIZE, SIZE * (k + 1))) for k in range(len(frames))]


def hard_edges(frame):
    """GIF knows no half-transparent pixels: put them on the border's grey, or drop them."""
    alpha = frame.getchannel("A")
    flat = Image.new("RGBA", frame.size, (205, 214, 218, 255))
    flat.alpha_composite(frame)
    flat.putalpha(alpha.point(lambda a: 255 if a >= 128 else 0))
    return flat


def save(frames, sticker, out):
    ms = sticker["ms"]
    if len(frames) == 1:
        frames[0].save(out, quality=88, method=6, alpha_quality=95)
    elif sticker["fmt"] == "webp":
        frames[0].save(out, save_all=True, append_images=frames[1:], duration=ms, loop=0,
                       quality=72, alpha_quality=80, method=5)
    elif sticker["fmt"] == "png":
        pal = one_palette(frames, 96)
        pal[0].save(out, save_all=True, append_images=pal[1:], duration=ms, loop=0, disposal=0, blend=0, optimize=True)
    else:
        solid = [hard_edges(f) for f in frames]
        strip = Image.new("RGB", (SIZE, SIZE * len(solid)), (205, 214, 218))
        for k, f in enumerate(solid):
            strip.paste(f, (0, SIZE * k), f)
        strip = strip.quantize(47, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        pal = []
        for k, f in enumerate(solid):
            p = strip.crop((0, SIZE * k, SIZE, SIZE * (k + 1)))
            p.paste(47, mask=f.getchannel("A").point(lambda a: 255 - a))
            pal.append(p)
        pal[0].save(out, save_all=True, append_images=pal[1:], duration=ms, loop=0, disposal=2,
                    transparency=47, optimize=False)


def manifest():
    def q(v):
        return json.dumps(v, ensure_ascii=False)
    lines = ['id = "tess"', 'author = "The Tessera contributors"', 'attribution = "Drawn for Tessera"',
             'licence = "CC-BY-4.0"', "default = true", "", "[titles]"]
    lines += [f"{k} = {q(v)}" for k, v in TITLES.items()]
    for n, s in enumerate(STICKERS, 1):
        tags = list(dict.fromkeys(s["tags"]))
        lines += ["", "[[stickers]]", f"file = {q(name(n, s))}", f"shortcode = {q(s['code'])}",
                  f"body = {q(s['body'])}", f"emoji = {q(s['emoji'])}", f"tags = {q(tags)}"]
    return "\n".join(lines) + "\n"


def name(n, s):
    return f"{n:02d}-{s['code']}.{s['fmt']}"


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--only", nargs="*", help="short codes to draw anew")
    args.add_argument("--scratch", help="keep the frames in this directory")
    opts = args.parse_args()
    scratch = Path(opts.scratch or tempfile.mkdtemp())
    scratch.mkdir(parents=True, exist_ok=True)

    chosen = [(n, s) for n, s in enumerate(STICKERS, 1) if not opts.only or s["code"] in opts.only]
    drawn = {s["code"]: [s["draw"](k / s["frames"]) for k in range(s["frames"])] for _, s in chosen}

    def batch(kind, make, size):
        files = []
        for code, frames in drawn.items():
            for k, content in enumerate(frames):
                src = scratch / f"{code}-{k}-{kind}.svg"
                src.write_text(make(code, content), encoding="utf-8")
                files.append((src, src.with_suffix(".png")))
        render(files, size, scratch)

    off = (SIZE - WIDE) / 2
    batch("wide", lambda _, c: svg(c, f"{off} {off} {WIDE} {WIDE}", SMALL), SMALL)
    boxes = {code: bounds([scratch / f"{code}-{k}-wide.png" for k in range(len(fr))]) for code, fr in drawn.items()}
    batch("full", lambda code, c: svg(fitted(c, boxes[code]), f"0 0 {SIZE} {SIZE}", SIZE), SIZE)

    (HERE / "svg").mkdir(exist_ok=True)
    for n, s in chosen:
        code = s["code"]
        frames = [Image.open(scratch / f"{code}-{k}-full.png").convert("RGBA") for k in range(s["frames"])]
        out = PACK / name(n, s)
        save(frames, s, out)
        shutil.copyfile(scratch / f"{code}-0-full.svg", HERE / "svg" / f"{n:02d}-{code}.svg")
        print(f"{out.name:28} {out.stat().st_size / 1000:7.1f} kB  {s['frames']} frames")
    (PACK / "pack.toml").write_text(manifest(), encoding="utf-8")


if __name__ == "__main__":
    main()
