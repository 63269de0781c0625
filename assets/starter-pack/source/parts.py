"""Reusable parts for the Tess stickers: the tile, its faces and limbs, and props.

Everything returns a fragment of SVG as a string. Tess is drawn around (0, 0): the body
spans about 260 x 240, the feet stand at y = 160. Letters are drawn as strokes, so no font
is needed and every machine renders the same picture.
"""
from itertools import count
from math import cos, pi, sin

INK = "#17343B"
WHITE = "#FFFFFF"
CREAM = "#FFF6E4"
AMBER = "#FFC145"
CORAL = "#FF6F61"
PINK = "#FF8FB1"
SKY = "#5BB8FF"
GREEN = "#0DBD8B"
VIOLET = "#9A7FF0"
CONFETTI = [GREEN, AMBER, CORAL, SKY, VIOLET, PINK]

# name: (light, main, dark, accent)
TILES = {
    "green": ("#4FDDB0", "#0DBD8B", "#07815F", "#FFD36B"),
    "coral": ("#FF9C8B", "#FA6A5B", "#C03F3A", "#FFD36B"),
    "amber": ("#FFD978", "#FFBC3B", "#D1842A", "#FF8A6B"),
    "sky": ("#93D3FF", "#54AEF6", "#2B74BD", "#C9F1FF"),
    "violet": ("#C2AEFF", "#9A7FF0", "#6448BD", "#FFB6D2"),
    "pink": ("#FFBFD5", "#FB8AB0", "#C95083", "#FFE08A"),
}

_ids = count()


def wave(t, amplitude=1.0, phase=0.0, cycles=1):
    return amplitude * sin(2 * pi * (t * cycles + phase))


# ---------------------------------------------------------------- primitives

def g(content, x=0, y=0, s=1, rot=0, sx=None, sy=None, opacity=None):
    scale = f"{sx if sx is not None else s:.4f} {sy if sy is not None else s:.4f}"
    fade = f' opacity="{opacity:.2f}"' if opacity is not None else ""
    return f'<g transform="translate({x:.2f} {y:.2f}) rotate({rot:.2f}) scale({scale})"{fade}>{content}</g>'


def path(d, fill="none", stroke=INK, w=8, extra=""):
    return (f'<path d="{d}" fill="{fill}" stroke="{stroke}" stroke-width="{w}" '
            f'stroke-linecap="round" stroke-linejoin="round" {extra}/>')


def line(d, w=8, stroke=INK, extra=""):
    return path(d, "none", stroke, w, extra)


def ellipse(x, y, rx, ry=None, fill=INK, stroke="none", w=8, extra=""):
    ry = rx if ry is None else ry
    return (f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{rx:.2f}" ry="{ry:.2f}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="{w}" {extra}/>')


def rect(x, y, w, h, r=0, fill=INK, stroke="none", sw=8, extra=""):
    return (f'<rect x="{x:.2f}" y="{y:.2f}" width="{w:.2f}" height="{h:.2f}" rx="{r}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="{sw}" stroke-linejoin="round" {extra}/>')


def tube(d, w, fill):
    """A limb: a thick stroke with an outline."""
    return line(d, w + 15) + line(d, w, fill)


def outlined(d, w, fill):
    """A stroked letter or sign with an outline."""
    return line(d, w + 16) + line(d, w, fill)


# ---------------------------------------------------------------- faces

EX, EY = 52, -22  # where the eyes sit


def _eye_open(x, lid=0, dx=0, dy=0, big=1.0):
    e = ellipse(x + dx, EY + dy, 20 * big, 27 * big)
    e += ellipse(x + dx - 6 * big, EY + dy - 10 * big, 7.5 * big, 8.5 * big, WHITE)
    e += ellipse(x + dx + 7 * big, EY + dy + 11 * big, 4 * big, 4 * big, WHITE)
    return e


def _eye_ball(x, dx=0, dy=0, r=31, pupil=14):
    e = ellipse(x, EY, r, r * 1.08, WHITE, INK, 7)
    e += ellipse(x + dx, EY + dy, pupil, pupil * 1.12)
    return e + ellipse(x + dx - pupil * .3, EY + dy - pupil * .4, pupil * .34, None, WHITE)


def _arc_up(x, w=24, h=26):
    return line(f"M{x - w} {EY + 8} Q{x} {EY - h} {x + w} {EY + 8}", 11)


def _arc_down(x, w=24, h=22):
    return line(f"M{x - w} {EY - 2} Q{x} {EY + h} {x + w} {EY - 2}", 11)


def eyes(kind, dx=0, dy=0):
    left, right = -EX, EX
    if kind == "open":
        return _eye_open(left, dx=dx, dy=dy) + _eye_open(right, dx=dx, dy=dy)
    if kind == "happy":
        return _arc_up(left) + _arc_up(right)
    if kind == "closed":
        return _arc_down(left) + _arc_down(right)
    if kind == "wink":
        return _eye_open(left) + line(f"M{right - 22} {EY + 2} Q{right} {EY - 22} {right + 24} {EY + 6}", 11)
    if kind == "wide":
        return _eye_ball(left, dx, dy, 34, 12) + _eye_ball(right, dx, dy, 34, 12)
    if kind == "look":
        return _eye_ball(left, dx, dy, 32, 17) + _eye_ball(right, dx, dy, 32, 17)
    if kind == "shiny":
        out = ""
        for x in (left, right):
            out += ellipse(x, EY, 28, 35) + ellipse(x - 8, EY - 13, 11, 12, WHITE)
            out += ellipse(x + 10, EY + 8, 6, 6, WHITE)
            out += path(f"M{x - 20} {EY + 16} Q{x} {EY + 38} {x + 20} {EY + 16} Q{x} {EY + 24} {x - 20} {EY + 16}Z",
                        "#7FD4FF", "none", 0)
        return out
    if kind == "squeeze":
        return (line(f"M{left - 22} {EY - 20} L{left + 18} {EY} L{left - 22} {EY + 20}", 11)
                + line(f"M{right + 22} {EY - 20} L{right - 18} {EY} L{right + 22} {EY + 20}", 11))
    if kind == "heart":
        return heart(left, EY, .46, CORAL) + heart(right, EY, .46, CORAL)
    if kind == "star":
        return star(left, EY, 34, AMBER) + star(right, EY, 34, AMBER)
    if kind == "bored":
        out = ""
        for x in (left, right):
            out += ellipse(x, EY, 29, 29, WHITE, INK, 7) + ellipse(x + dx, EY + 8 + dy, 13)
            out += path(f"M{x - 32} {EY - 2} A32 32 0 0 1 {x + 32} {EY - 2}Z", "var(--lid)", INK, 7)
        return out
    if kind == "spiral":
        out = ""
        for x in (left, right):
            pts = [(x + (3 + a * 2.15) * cos(a * .75), EY + (3 + a * 2.15) * sin(a * .75)) for a in
                   [k * .5 for k in range(27)]]
            out += ellipse(x, EY, 35, 35, WHITE, INK, 7)
            out += line("M" + " L".join(f"{px:.1f} {py:.1f}" for px, py in pts), 5.5)
        return out
    if kind == "fierce":
        out = ""
        for x, k in ((left, 1), (right, -1)):
            out += ellipse(x + 4 * k, EY + 6, 18, 22) + ellipse(x + 4 * k - 5, EY, 6, 6, WHITE)
        return out
    if kind == "odd":
        return _eye_ball(left, dx, dy, 37, 14) + _eye_ball(right, dx, dy, 26, 12)
    raise ValueError(kind)


def mouth(kind):
    red, tongue = "#8E2438", "#FF7F8C"
    if kind == "smile":
        return line("M-26 20 Q0 46 26 20", 9)
    if kind == "tiny":
        return line("M-14 24 Q0 36 14 24", 9)
    if kind == "grin":
        return path("M-36 16 Q0 24 36 16 Q34 62 0 62 Q-34 62 -36 16Z", red) + \
            path("M-20 52 Q0 34 20 52 Q10 60 0 60 Q-10 60 -20 52Z", tongue, "none", 0)
    if kind == "laugh":
        return path("M-52 8 Q0 22 52 8 Q52 74 0 74 Q-52 74 -52 8Z", red) + \
            path("M-43 14 Q0 24 43 14 L40 26 Q0 34 -40 26Z", WHITE, "none", 0) + \
            path("M-28 62 Q0 36 28 62 Q14 71 0 71 Q-14 71 -28 62Z", tongue, "none", 0)
    if kind == "o":
        return ellipse(0, 36, 19, 24, red, INK, 8) + ellipse(0, 48, 11, 8, tongue)
    if kind == "small-o":
        return ellipse(0, 30, 12, 13, red, INK, 7)
    if kind == "yawn":
        return ellipse(0, 38, 26, 27, red, INK, 8) + ellipse(0, 53, 16, 9, tongue)
    if kind == "frown":
        return line("M-26 42 Q0 14 26 42", 9)
    if kind == "wail":
        return path("M-40 62 Q-44 16 0 16 Q44 16 40 62 Q20 50 0 54 Q-20 50 -40 62Z", red) + \
            path("M-22 53 Q0 34 22 53 Q10 51 0 53 Q-10 51 -22 53Z", tongue, "none", 0)
    if kind == "flat":
        return line("M-22 32 L22 32", 9)
    if kind == "skew":
        return line("M-24 38 Q4 34 26 22", 9)
    if kind == "smirk":
        return line("M-24 26 Q6 48 34 16", 9) + line("M28 10 Q36 12 39 20", 7)
    if kind == "wobble":
        return line("M-34 34 q8 -14 17 0 t17 0 t17 0 t17 0", 9)
    if kind == "teeth":
        return rect(-42, 16, 84, 38, 16, WHITE, INK, 8) + line("M-40 35 H40 M-20 18 V52 M0 18 V52 M20 18 V52", 5)
    if kind == "cat":
        return line("M-30 20 Q-26 40 -8 34 Q0 30 0 22 Q0 30 8 34 Q26 40 30 20", 9)
    if kind == "kiss":
        return line("M-4 18 Q18 22 2 30 Q18 36 -4 42", 8)
    if kind == "none":
        return ""
    raise ValueError(kind)


def brows(kind):
    shapes = {
        "angry": "M-86 -74 L-32 -50 M86 -74 L32 -50",
        "sad": "M-84 -58 Q-62 -74 -40 -78 M84 -58 Q62 -74 40 -78",
        "up": "M-76 -72 Q-54 -90 -32 -74 M76 -72 Q54 -90 32 -74",
        "quirk": "M-80 -60 L-34 -58 M78 -78 Q54 -98 30 -80",
        "high": "M-78 -82 Q-54 -98 -34 -84 M78 -82 Q54 -98 34 -84",
    }
    return line(shapes[kind], 10) if kind else ""


# ---------------------------------------------------------------- the tile

def _body(c):
    light, main, dark, accent = TILES[c]
    n = next(_ids)
    shape = ("M-70 -122 H70 Q130 -122 130 -62 V62 Q130 122 70 122 H-70 "
             "Q-130 122 -130 62 V-62 Q-130 -122 -70 -122Z")
    out = (f'<defs><clipPath id="c{n}"><path d="{shape}"/></clipPath>'
           f'<linearGradient id="f{n}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{light}"/>'
           f'<stop offset=".6" stop-color="{main}"/></linearGradient></defs>')
    out += f'<path d="{shape}" fill="url(#f{n})"/><g clip-path="url(#c{n})">'
    # The mosaic: two courses of tesserae that climb at the corners.
    out += path("M-140 30 H-92 V64 H-52 V84 H52 V64 H92 V30 H140 V140 H-140Z", dark, dark, 4)
    stones = [(-128, 36, 32, 24, 0), (98, 36, 32, 24, 3),
              (-128, 65, 34, 24, 1), (-89, 70, 32, 20, 2), (60, 70, 30, 20, 0), (95, 65, 34, 24, 1)]
    tones = [1, 0, 3, 1, 0, 1, 3]
    stones += [(-128 + k * 37, 94, 32, 30, tones[k]) for k in range(7)]
    for x, y, w, h, tone in stones:
        out += rect(x, y, w, h, 7, (main, light, main, accent)[tone])
    out += "</g>"
    out += line("M-104 -58 Q-104 -94 -70 -97", 11, WHITE, 'opacity=".75"')
    out += ellipse(-45, -98, 5.5, None, WHITE, extra='opacity=".75"')
    return out + path(shape, "none", INK, 10)


def hand(c, x, y, kind="mitt", rot=0, flip=1):
    light = TILES[c][0]
    if kind == "mitt":
        return ellipse(x, y, 24, 24, light, INK, 8)
    if kind == "open":  # a waving palm
        palm = "".join(tube(f"M0 0 L{30 * sin(a):.1f} {-30 * cos(a):.1f}", 12, light) for a in (-1.25, -.42, .12, .66))
        palm += ellipse(0, 3, 22, 21, light, INK, 7)
        palm += "".join(line(f"M0 0 L{30 * sin(a):.1f} {-30 * cos(a):.1f}", 12, light) for a in (-1.25, -.42, .12, .66))
        palm += ellipse(0, 3, 18.5, 17.5, light)
        return g(palm, x, y, sx=1.15 * flip, sy=1.15, rot=rot)
    if kind == "thumb":  # a fist with its thumb up
        fist = tube("M-8 -14 Q-8 -34 -2 -48", 22, light)
        fist += rect(-36, -26, 70, 62, 24, light, INK, 8)
        fist += line("M-8 -21 Q-8 -34 -2 -48", 22, light)
        fist += line("M4 -6 H30 M6 10 H30 M4 -22 Q8 6 4 26", 6)
        return g(fist, x, y, sx=1.15 * flip, sy=1.15, rot=rot)
    if kind == "ring":  # thumb and finger make an O, the others stand
        r = "".join(tube(d, 12, light) for d in ("M14 -14 Q26 -40 20 -58", "M20 -8 Q40 -28 42 -46", "M20 2 Q46 -8 54 -24"))
        r += ellipse(12, 8, 22, 22, light, INK, 7)
        r += "".join(line(d, 12, light) for d in ("M14 -10 Q26 -40 20 -58", "M18 -4 Q40 -28 42 -46", "M20 4 Q46 -8 54 -24"))
        r += line("M4 2 Q-6 -36 -24 -18 Q-36 4 2 14", 26) + line("M4 2 Q-6 -36 -24 -18 Q-36 4 2 14", 12, light)
        return g(r, x, y, sx=1.1 * flip, sy=1.1, rot=rot)
    if kind == "point":
        p = tube("M0 0 L0 -44", 15, light) + ellipse(0, 4, 25, 24, light, INK, 8) + line("M0 0 L0 -44", 15, light)
        return g(p, x, y, sx=flip, sy=1, rot=rot)
    if kind == "none":
        return ""
    raise ValueError(kind)


def arm(c, side, to=(158, 62), via=(164, 22), kind="mitt", rot=0, frm=(120, 34)):
    """An arm. Points are given for the right-hand side and mirrored for the left."""
    main = TILES[c][1]
    d = f"M{side * frm[0]} {frm[1]} Q{side * via[0]} {via[1]} {side * to[0]} {to[1]}"
    return tube(d, 21, main) + hand(c, side * to[0], to[1], kind, rot * side, side)


def _legs(c, feet):
    out = ""
    for side, (x, y) in zip((-1, 1), feet):
        out += tube(f"M{side * 48} 108 Q{side * 50} {(108 + y) / 2:.1f} {x} {y - 8}", 24, TILES[c][1])
        out += path(f"M{x - 34} {y + 12} Q{x - 36} {y - 16} {x} {y - 16} Q{x + 36} {y - 16} {x + 34} {y + 12}Z",
                    TILES[c][2], INK, 8)
    return out


STAND = ((-56, 158), (56, 158))


def tess(c="green", x=256, y=250, s=1.0, rot=0.0, squash=0.0, eye="open", look=(0, 0), mood="smile",
         brow=None, cheeks=True, face=(0, 0), left=None, right=None, feet=STAND, back="", front="", hat=""):
    """One whole tile. `left`/`right` are keyword sets for `arm`; `front=True` among them draws
    the arm over the body; False leaves the arm out."""
    behind, before = "", ""
    for side, spec in ((-1, left), (1, right)):
        if spec is False:
            continue
        spec = dict(spec or {})
        over = spec.pop("front", False)
        piece = arm(c, side, **spec)
        if over:
            before += piece
        else:
            behind += piece
    visage = brows(brow) + eyes(eye, *look) + mouth(mood)
    if cheeks:
        blush = "#FF8C8C" if c in ("green", "amber", "sky", "violet") else "#E8446B"
        visage = "".join(ellipse(k * 94, 18, 19, 13, blush, extra='opacity=".7"') for k in (-1, 1)) + visage
    inner = back + (_legs(c, feet) if feet else "") + behind + _body(c) + g(visage, *face) + hat + front + before
    inner = inner.replace("var(--lid)", TILES[c][1])
    # Squash and stretch about the feet.
    inner = g(g(inner, 0, -160), 0, 160, sx=1 + squash * .6, sy=1 - squash)
    return g(inner, x, y, s, rot)


# ---------------------------------------------------------------- props

def heart(x, y, s=1, fill=CORAL, rot=0, w=8):
    d = "M0 52 C-70 8 -62 -46 -30 -46 C-12 -46 -2 -34 0 -24 C2 -34 12 -46 30 -46 C62 -46 70 8 0 52Z"
    shine = line("M-36 -14 Q-36 -28 -24 -30", 8, WHITE, 'opacity=".85"')
    return g(path(d, fill, INK, w / max(s, .35) * .9) + shine, x, y, s, rot)


def star(x, y, r, fill=AMBER, rot=0, w=7):
    pts = []
    for k in range(10):
        a = -pi / 2 + k * pi / 5
        q = r if k % 2 == 0 else r * .52
        pts.append(f"{q * cos(a):.1f} {q * sin(a):.1f}")
    return g(path("M" + " L".join(pts) + "Z", fill, INK, w), x, y, rot=rot)


def sparkle(x, y, r, fill=AMBER, w=6):
    k = r * .22
    d = f"M0 {-r} Q{k} {-k} {r} 0 Q{k} {k} 0 {r} Q{-k} {k} {-r} 0 Q{-k} {-k} 0 {-r}Z"
    return g(path(d, fill, INK, w), x, y)


def stone(x, y, size=26, fill=GREEN, rot=0, w=6):
    """A single tessera: Tess's confetti."""
    return g(rect(-size / 2, -size / 2, size, size, size * .26, fill, INK, w), x, y, rot=rot)


def drop(x, y, s=1, fill="#7FD4FF", rot=0):
    d = "M0 -34 Q30 2 26 18 Q20 38 0 38 Q-20 38 -26 18 Q-30 2 0 -34Z"
    return g(path(d, fill, INK, 8) + line("M-12 14 Q-10 24 -2 27", 6, WHITE), x, y, s, rot)


def query(x, y, s=1, fill=AMBER, rot=0):
    d = "M-30 -34 Q-28 -66 2 -66 Q36 -64 34 -34 Q32 -12 6 -2 Q0 4 0 22"
    return g(outlined(d, 24, fill) + ellipse(0, 60, 23) + ellipse(0, 60, 15, None, fill), x, y, s, rot)


def bang(x, y, s=1, fill=AMBER, rot=0):
    return g(outlined("M0 -66 L0 12", 26, fill) + ellipse(0, 58, 24) + ellipse(0, 58, 16, None, fill), x, y, s, rot)


def zed(x, y, s=1, fill=VIOLET, rot=0, opacity=None):
    return g(outlined("M-24 -26 H24 L-24 28 H24", 17, fill), x, y, s, rot, opacity=opacity)


def check(x, y, s=1, fill=GREEN, rot=0):
    return g(outlined("M-46 4 L-14 38 L50 -40", 28, fill), x, y, s, rot)


def cross(x, y, s=1, fill=CORAL, rot=0):
    return g(outlined("M-38 -38 L38 38 M38 -38 L-38 38", 28, fill), x, y, s, rot)


def cloud(x, y, s=1, fill="#E8F1F4"):
    d = "M-62 32 Q-92 30 -90 2 Q-86 -24 -58 -22 Q-50 -58 -10 -54 Q22 -54 32 -26 Q72 -34 82 0 Q84 32 54 32Z"
    return g(path(d, fill, INK, 8) + line("M-52 -6 Q-46 -30 -22 -34", 7, WHITE), x, y, s)


def steam(x, y, s=1, flip=1, fill="#EEF3F4"):
    d = "M-10 24 Q-40 26 -38 0 Q-36 -22 -12 -18 Q-4 -42 22 -32 Q44 -22 34 0 Q46 22 20 26Z"
    return g(path(d, fill, INK, 8), x, y, sx=s * flip, sy=s)


def mug(x, y, s=1, fill=CORAL, t=0.0):
    m = path("M48 -20 Q86 -24 82 12 Q76 40 46 32", "none", INK, 26) + line("M48 -20 Q86 -24 82 12 Q76 40 46 32", 11, fill)
    m += path("M-54 -42 H54 V30 Q54 60 24 60 H-24 Q-54 60 -54 30Z", fill)
    m += ellipse(0, -42, 54, 15, "#6B3E2E", INK, 8)
    m += heart(0, 14, .42, WHITE)
    for k in (-1, 0, 1):
        dx = 6 * sin(2 * pi * t + k)
        m += outlined(f"M{k * 27} -74 q{-14 + dx} -16 0 -30 t0 -28", 8, WHITE)
    return g(m, x, y, s)


def sun(x, y, r=60, rot=0, fill="#FFD24F"):
    rays = ""
    for k in range(12):
        a = k * pi / 6
        rays += outlined(f"M{(r + 18) * cos(a):.1f} {(r + 18) * sin(a):.1f} L{(r + 34) * cos(a):.1f} {(r + 34) * sin(a):.1f}",
                         12, AMBER)
    return g(rays + ellipse(0, 0, r, None, fill, INK, 9), x, y, rot=rot)


def moon(x, y, s=1, rot=-18):
    d = "M22 -84 A86 86 0 1 0 80 38 A68 68 0 1 1 22 -84Z"
    return g(path(d, "#FFE08A", INK, 9) + line("M-46 22 Q-40 46 -22 58", 8, WHITE), x, y, s, rot)


def flower(x, y, s=1, fill=PINK, rot=0, stem=0):
    out = tube(f"M0 20 Q8 {stem / 2} 0 {stem}", 8, "#3FA66B") if stem else ""
    for k in range(6):
        a = k * pi / 3
        out += ellipse(27 * cos(a), 27 * sin(a), 19, None, fill, INK, 7)
    out += ellipse(0, 0, 28, None, fill)
    return g(out + ellipse(0, 0, 17, None, AMBER, INK, 6), x, y, s, rot)


def party_hat(x, y, s=1, rot=0):
    n = next(_ids)
    d = "M-56 40 L0 -84 L56 40 Q0 58 -56 40Z"
    h = f'<defs><clipPath id="c{n}"><path d="{d}"/></clipPath></defs>' + path(d, VIOLET, INK, 9)
    h += f'<g clip-path="url(#c{n})">' + line("M-60 14 L30 -30 M-40 60 L60 4", 15, AMBER) + "</g>"
    h += path(d, "none", INK, 9) + star(0, -88, 27, CORAL)
    return g(h, x, y, s, rot)


def glasses(x=0, y=0):
    lens = "M{0} -32 H{1} V-6 Q{1} 26 {2} 26 Q{0} 26 {0} -6Z"
    out = line("M-124 -30 L-96 -26 M124 -30 L96 -26", 12)
    out += path("M-98 -34 H-12 V-8 Q-14 30 -54 30 Q-98 30 -98 -8Z", "#22333B", INK, 9)
    out += path("M98 -34 H12 V-8 Q14 30 54 30 Q98 30 98 -8Z", "#22333B", INK, 9)
    out += line("M-14 -26 H14", 14)
    out += line("M-80 -18 L-62 -18 M-82 0 L-44 -20 M30 0 L68 -20 M30 -18 L48 -18", 7, "#8FD8FF")
    return g(out, x, y)


def laptop(x, y, s=1):
    """Seen from behind, so that the face above it stays free."""
    lap = path("M-104 -80 Q-104 -96 -88 -96 H88 Q104 -96 104 -80 V40 H-104Z", "#DCE6EA", INK, 9)
    tiles = "".join(stone(dx, dy, 30, col, 0, 5) for dx, dy, col in
                    ((-18, -46, GREEN), (18, -46, AMBER), (-18, -10, CORAL), (18, -10, SKY)))
    lap += tiles + path("M-134 40 H134 L124 60 Q122 66 112 66 H-112 Q-122 66 -124 60Z", "#B7C7CE", INK, 9)
    return g(lap, x, y, s)


def flame(x, y, s=1, t=0.0, phase=0.0):
    k = wave(t, 10, phase)
    j = wave(t, 8, phase + .3)
    outer = (f"M0 90 C-90 90 -104 14 -62 -30 C-58 -4 -44 4 -36 4 C-54 -50 {-14 + k:.1f} -86 {12 + k:.1f} {-124 + j:.1f} "
             f"C{16 + k:.1f} -70 54 -58 56 -16 C64 -20 70 -32 68 -46 C112 20 90 90 0 90Z")
    inner = (f"M0 88 C-50 88 -56 40 -28 14 C-24 30 -14 32 -10 30 C-20 0 {4 + k:.1f} -20 {8 + k:.1f} {-44 - j:.1f} "
             "C16 -10 44 10 42 40 C40 74 26 88 0 88Z")
    return g(path(outer, "#FF7A3D", INK, 9) + path(inner, "#FFD24F", "none", 0), x, y, s)


def magnifier(x, y, s=1, rot=0, inside=""):
    m = outlined("M64 64 L122 122", 26, "#B9763F")
    m += ellipse(0, 0, 82, None, "#DDF4FF", INK, 10) + inside
    m += ellipse(0, 0, 82, None, "none", INK, 24) + ellipse(0, 0, 82, None, "none", AMBER, 10)
    return g(m + line("M-52 -22 Q-44 -48 -18 -54", 9, WHITE), x, y, s, rot)


def beetle(x, y, s=1, rot=0):
    b = line("M-34 -14 L-58 -28 M-38 8 L-62 8 M-32 28 L-54 44 M34 -14 L58 -28 M38 8 L62 8 M32 28 L54 44", 8)
    b += line("M-10 -44 Q-16 -62 -28 -64 M10 -44 Q16 -62 28 -64", 7)
    b += ellipse(0, -32, 24, 20, INK) + ellipse(0, 10, 39, 42, CORAL, INK, 8) + line("M0 -30 V52", 7)
    b += "".join(ellipse(px, py, 7.5) for px, py in ((-19, -4), (19, -4), (-17, 26), (17, 26)))
    b += ellipse(-9, -36, 7, None, WHITE) + ellipse(9, -36, 7, None, WHITE) + ellipse(-8, -35, 3.5) + ellipse(8, -35, 3.5)
    return g(b, x, y, s, rot)


def umbrella(x, y, s=1, rot=0):
    u = outlined("M0 -96 V150 Q0 178 26 178 Q46 176 46 154", 9, "#B9763F")
    u += path("M-170 0 Q-160 -130 0 -134 Q160 -130 170 0 Q142 -26 112 0 Q84 -26 56 0 Q28 -26 0 0 "
              "Q-28 -26 -56 0 Q-84 -26 -112 0 Q-142 -26 -170 0Z", CORAL, INK, 9)
    u += path("M-56 0 Q-54 -92 0 -134 Q54 -92 56 0 Q28 -26 0 0 Q-28 -26 -56 0Z", CREAM, INK, 7)
    u += line("M-112 0 Q-104 -92 0 -134 Q104 -92 112 0", 7) + outlined("M0 -134 V-150", 8, AMBER)
    return g(u, x, y, s, rot)


def rocket(x, y, s=1, rot=0, t=0.0, passenger=""):
    """A rocket that flies towards the top, with a porthole at (0, 0)."""
    k = wave(t, 14, cycles=2)
    r = path(f"M-44 168 Q-54 214 {-14 + k * .3:.1f} {262 + k:.1f} Q0 238 {12 - k * .3:.1f} {270 - k:.1f} Q54 214 44 168Z", "#FF7A3D", INK, 9)
    r += path(f"M-22 170 Q-26 200 0 {228 + k:.1f} Q26 200 22 170Z", "#FFE08A", "none", 0)
    r += path("M-84 66 Q-150 100 -138 178 Q-104 142 -66 148Z", CORAL, INK, 9)
    r += path("M84 66 Q150 100 138 178 Q104 142 66 148Z", CORAL, INK, 9)
    r += path("M0 -236 Q118 -130 106 20 Q100 110 58 164 H-58 Q-100 110 -106 20 Q-118 -130 0 -236Z", "#F3F7F8", INK, 10)
    r += path("M0 -236 Q62 -180 88 -112 Q0 -82 -88 -112 Q-62 -180 0 -236Z", CORAL, INK, 9)
    r += path("M58 164 Q100 110 106 20 L84 14 Q80 100 36 164Z", "#CBD8DD", "none", 0)
    r += line("M-74 130 Q0 150 74 130", 8)
    r += path("M0 -236 Q118 -130 106 20 Q100 110 58 164 H-58 Q-100 110 -106 20 Q-118 -130 0 -236Z", "none", INK, 10)
    return g(r + passenger, x, y, s, rot)


def speed(x, y, length, w=11, fill="#BFE9DC"):
    return outlined(f"M{x} {y} h{length}", w, fill)
