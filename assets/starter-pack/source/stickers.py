"""The stickers, in the order of the pack. Each is a function from time (0 <= t < 1) to SVG.

Where things stand on the page hardly matters: build.py fits every drawing to its box.
"""
from math import cos, pi, sin

from parts import *  # noqa: F403 - the drawing vocabulary

STICKERS = []


def sticker(code, body, emoji, tags, fmt="webp", frames=1, ms=60):
    def add(draw):
        STICKERS.append({"code": code, "body": body, "emoji": emoji.split(), "tags": tags.split(", "),
                         "fmt": fmt, "frames": frames, "ms": ms, "draw": draw})
        return draw
    return add


def mitt(x, y, vx, vy, front=True, **more):
    return dict(to=(x, y), via=(vx, vy), front=front, **more)


@sticker("hello", "Tess waves hello", "👋",
         "hello, hi, wave, hallo, winken, bonjour, salut, coucou, hola, saludo, مرحبا, أهلا, hey, guten tag, buenas", frames=16, ms=60)
def hello(t):
    s = wave(t, cycles=2)
    return tess(eye="happy" if .55 < t < .8 else "open", mood="grin", rot=wave(t, 3), face=(4, -2),
                right=dict(to=(176 + 8 * s, -92), via=(186, 20), kind="open", rot=12 + 22 * s),
                left=dict(to=(-150 * -1, 88), via=(166, 44)))


@sticker("thumbs-up", "Tess gives a thumbs up", "👍",
         "thumbs up, good, great, like, agree, daumen hoch, gut, pouce, super, bien, pulgar arriba, de acuerdo, إعجاب, جيد, +1, lgtm")
def thumbs_up(t):
    return tess(eye="wink", mood="grin", rot=-5, brow=None, right=mitt(148, 34, 160, 84, kind="thumb", rot=6),
                left=mitt(146, 92, 172, 60, False))


@sticker("laugh", "Tess laughs until the tears fly", "😂 🤣",
         "laugh, lol, hahaha, funny, lachen, lustig, rire, mdr, drôle, risa, jajaja, gracioso, ضحك, هههههه, rofl, lmao", frames=16, ms=50)
def laugh(t):
    b = abs(sin(2 * pi * t))
    drops = ""
    for side in (-1, 1):
        for k in (0, .5):
            p = (t * 1 + k + (.25 if side > 0 else 0)) % 1
            drops += drop(256 + side * (128 + 84 * p), 208 - 90 * p + 170 * p * p, .34 + .42 * sin(pi * p), rot=side * (60 + 60 * p))
    return tess(eye="squeeze", mood="laugh", rot=wave(t, 4), squash=.05 * b, y=250 - 5 * b, face=(0, -8),
                left=mitt(74, 84, 176, 96), right=mitt(78, 78, 176, 90)) + drops


@sticker("love", "Tess hugs a big beating heart", "❤️ 😍",
         "love, heart, adore, liebe, herz, amour, cœur, je t'aime, amor, corazón, te quiero, حب, قلب, i love you, ich liebe dich, te amo, أحبك", frames=16, ms=60)
def love(t):
    beat = max(0, sin(2 * pi * t)) ** 2 * .09 + max(0, sin(2 * pi * (t - .3))) ** 6 * .05
    floats = ""
    for k, (x, s) in enumerate(((106, .42), (404, .5), (430, .32), (84, .3))):
        p = (t + k / 4) % 1
        floats += heart(x + 10 * sin(2 * pi * (p + k / 3)), 190 - 150 * p, max(.05, s * sin(pi * p) ** .6), (PINK, CORAL)[k % 2])
    return floats + tess("pink", eye="happy", mood="grin", face=(0, -22), rot=wave(t, 2),
                         front=heart(0, 86, 1.45 * (1 + beat)),
                         left=mitt(72, 92, 176, 84), right=mitt(72, 92, 176, 84))


@sticker("thank-you", "Tess says thank you with a bunch of flowers", "🙏 💐",
         "thank you, thanks, flowers, danke, blumen, merci, fleurs, gracias, flores, شكرا, ورد, thx, ty")
def thank_you(t):
    bunch = path("M-40 10 L0 108 L40 10Z", "#BFE9DC", INK, 8)
    bunch = flower(-40, -44, .95, CORAL, stem=90, rot=-14) + flower(42, -42, .95, VIOLET, stem=90, rot=14) + \
        flower(0, -78, 1.05, PINK, stem=110) + flower(-2, -18, .85, SKY) + bunch + line("M-16 62 H16", 9, CORAL)
    return tess(eye="happy", mood="grin", rot=-6, face=(-16, -4), left=mitt(148, 84, 172, 44, False),
                front=g(bunch, 112, 24, 1.1, 12), right=mitt(122, 96, 170, 92))


@sticker("ok", "Tess makes an OK sign", "👌 🆗",
         "ok, okay, fine, perfect, einverstanden, perfekt, d'accord, parfait, vale, perfecto, حسنا, تمام")
def ok(t):
    return tess("sky", eye="wink", mood="smirk", rot=4, face=(-6, -4), left=mitt(96, 104, 180, 96),
                right=mitt(160, -20, 190, 60, kind="ring", rot=6))


@sticker("yes", "Tess holds up a big green tick", "✅ ✔️",
         "yes, yep, done, correct, ja, erledigt, richtig, oui, fait, exact, sí, hecho, correcto, نعم, تم, sure, genau, claro, بالتأكيد")
def yes(t):
    card = rect(-96, -82, 192, 164, 40, CREAM, INK, 10) + check(0, 2, 1.1)
    return g(card, 256, 62, 1, -5) + tess(eye="happy", mood="laugh", face=(0, -16), left=mitt(104, -152, 196, -40),
                                          right=mitt(98, -160, 196, -40))


@sticker("no", "Tess crosses both arms to say no", "❌ 🙅",
         "no, nope, stop, nein, nicht, non, jamais, arrête, nunca, para, لا, توقف")
def no(t):
    arms = tube("M118 112 Q60 70 -64 -2", 23, TILES["coral"][1]) + hand("coral", -66, -4)
    arms2 = tube("M-118 112 Q-60 70 64 -2", 23, TILES["coral"][1]) + hand("coral", 66, -4)
    return tess("coral", eye="closed", mood="frown", brow="angry", face=(0, -38), left=False, right=False, cheeks=False,
                front=g(arms + arms2, 0, 34)) + cross(420, 92, .8, rot=8, fill="#F5473B")


@sticker("thumbs-down", "Tess gives a thumbs down", "👎",
         "thumbs down, bad, dislike, daumen runter, schlecht, pouce en bas, nul, mauvais, pulgar abajo, mal, عدم إعجاب, سيئ, -1")
def thumbs_down(t):
    return tess("violet", eye="bored", look=(4, 2), mood="frown", brow=None, rot=4, cheeks=False, face=(-6, -4),
                right=mitt(150, 44, 176, 10, kind="thumb", rot=174), left=mitt(92, 104, 180, 92))


@sticker("party", "Tess throws a party with confetti", "🎉 🥳",
         "party, celebrate, congratulations, birthday, feiern, glückwunsch, geburtstag, fête, félicitations, anniversaire, hbd, bday, hooray, hurra, hourra, تهانينا, "
         "fiesta, felicidades, cumpleaños, حفلة, مبروك, عيد ميلاد", fmt="gif", frames=14, ms=70)
def party(t):
    bits = ""
    for k in range(18):
        p = (t + k * .382) % 1
        x = 256 + 225 * sin(k * 2.4 + .4) * (.55 + .45 * p)
        y = 20 + 420 * p
        size = 30 * min(1, 4 * p, 4 * (1 - p))
        bits += stone(x, y, max(size, 1), CONFETTI[k % 6], k * 37 + 360 * t * (1 if k % 2 else -1), 6 * size / 30)
    b = abs(sin(2 * pi * t))
    return bits + tess("amber", eye="happy", mood="laugh", y=262 - 18 * b, squash=.05 * (1 - b), rot=wave(t, 5), face=(0, -6),
                       hat=party_hat(18, -160, .95, 9), left=mitt(172, -74, 190, 10, False), right=mitt(176, -84, 190, 10, False))


@sticker("clap", "Tess claps with delight", "👏",
         "clap, applause, bravo, well done, klatschen, applaus, bravo, applaudir, bien joué, aplauso, bien hecho, تصفيق, أحسنت, gg, respekt, chapeau",
         fmt="png", frames=12, ms=55)
def clap(t):
    o = (1 + cos(2 * pi * t)) / 2
    hit = max(0, 1 - o * 2.4)
    rays = ""
    for a in (-70, -35, 0, 35, 70):
        rays += g(outlined(f"M0 {-64 - 12 * hit:.1f} L0 {-70 - 34 * hit:.1f}", 10, AMBER), 0, 92, rot=a) if hit > .05 else ""
    hands = "".join(g(tube("M0 0 L0 -20", 30, TILES["green"][0]) + line("M6 -14 V-28 M-6 -14 V-28", 5),
                      k * (24 + 52 * o), 92, rot=k * (6 + 26 * o)) for k in (-1, 1))
    main = TILES["green"][1]
    sleeves = "".join(tube(f"M{k * 124} 44 Q{k * 172} 118 {k * (30 + 56 * o):.1f} 106", 21, main) for k in (-1, 1))
    return tess(eye="happy", mood="laugh", face=(0, -30), left=False, right=False, squash=.035 * hit,
                front=sleeves + hands + g(rays, 0, -6, 1))


@sticker("please", "Tess begs with big shiny eyes", "🥺 🙏",
         "please, beg, pleading, bitte, flehen, s'il te plaît, supplier, por favor, suplicar, من فضلك, رجاء, pls, stp")
def please(t):
    main, light = TILES["amber"][1], TILES["amber"][0]
    arms = "".join(tube(f"M{k * 122} 48 Q{k * 150} 124 {k * 22} 104", 21, main) for k in (-1, 1))
    hands = tube("M-15 100 L-7 62", 24, light) + tube("M15 100 L7 62", 24, light)
    return tess("amber", eye="shiny", mood="wobble", brow="sad", face=(0, -18), left=False, right=False,
                front=g(arms + hands, 0, 14)) + sparkle(86, 92, 34) + sparkle(432, 120, 26, CREAM) + sparkle(420, 60, 18)


@sticker("sorry", "Tess is sorry and offers a mended heart", "😔 🙇",
         "sorry, apologies, my bad, entschuldigung, tut mir leid, désolé, pardon, perdón, lo siento, آسف, معذرة, sry, verzeihung")
def sorry(t):
    mended = heart(0, 0, 1.15) + line("M2 -28 L-12 -6 L10 10 L-2 34", 7) + \
        g(rect(-38, -13, 76, 26, 13, CREAM, INK, 7) + line("M-10 -4 v8 M10 -4 v8", 5), 2, 6, rot=-22)
    return tess("sky", eye="shiny", mood="frown", brow="sad", rot=5, face=(0, -22),
                front=g(mended, -2, 92), left=mitt(60, 104, 170, 100), right=mitt(56, 104, 170, 100)) + drop(414, 112, .75, rot=14)


@sticker("cry", "Tess cries rivers of tears", "😭 😢",
         "cry, sad, tears, weinen, traurig, pleurer, triste, larmes, llorar, lágrimas, بكاء, حزين, heulen", frames=12, ms=70)
def cry(t):
    streams = ""
    for k in (-1, 1):
        streams += path(f"M{k * 34} -8 Q{k * 30} 60 {k * 40} 150 H{k * 86} Q{k * 78} 60 {k * 72} -8Z", "#8FDBFF", INK, 7)
        for j in range(3):
            y = -4 + ((t + j / 3) % 1) * 128
            streams += line(f"M{k * (53 + y * .06):.1f} {y:.1f} v16", 9, WHITE)
    puddle = ellipse(0, 158, 176 + wave(t, 6), 26, "#8FDBFF", INK, 8) + ellipse(-60, 154, 40, 6, WHITE)
    return tess("sky", eye="closed", mood="wail", brow="sad", cheeks=False, rot=wave(t, 1.6, cycles=2), feet=((-56, 146), (56, 146)),
                left=dict(to=(168, 92 + wave(t, 6, cycles=2)), via=(170, 40)),
                right=dict(to=(168, 92 - wave(t, 6, cycles=2)), via=(170, 40)),
                back=puddle, front=streams)


@sticker("wow", "Tess is amazed", "😮 🤩",
         "wow, surprised, amazing, omg, überrascht, toll, surpris, incroyable, sorpresa, increíble, واو, مذهل, مفاجأة, wahnsinn, oh là là")
def wow(t):
    burst = "".join(g(outlined("M0 -196 L0 -222", 13, AMBER), 256, 236, rot=a) for a in (-62, -38, -13, 13, 38, 62))
    return burst + tess(eye="wide", mood="o", brow="high", face=(0, 4), left=mitt(118, 66, 180, 100), right=mitt(118, 66, 180, 100))


@sticker("thinking", "Tess thinks it over", "🤔",
         "thinking, hmm, wonder, nachdenken, überlegen, réfléchir, pensar, duda, تفكير, همم")
def thinking(t):
    return tess("violet", eye="look", look=(10, -12), mood="skew", brow="quirk", rot=-6, face=(2, -14),
                left=mitt(86, 106, 180, 100), right=mitt(28, 74, 160, 130, kind="point", rot=-28)) + \
        ellipse(384, 122, 15, None, CREAM, INK, 8) + ellipse(416, 78, 23, None, CREAM, INK, 8) + \
        g(cloud(0, 0, 1.0, CREAM) + query(-4, -12, .5, VIOLET), 424, -16, 1.05)


@sticker("facepalm", "Tess covers their face with one hand", "🤦",
         "facepalm, oh no, embarrassing, peinlich, oh nein, consternation, la honte, oh non, qué vergüenza, ay no, إحباط, يا إلهي")
def facepalm(t):
    light, main = TILES["coral"][0], TILES["coral"][1]
    fingers = "M-64 -48 L-22 -10 M-76 -22 L-26 8 M-74 6 L-24 22 M-30 -66 L-6 -18"
    palm = tube(fingers, 20, light) + ellipse(2, 10, 40, 38, light, INK, 8) + line(fingers, 20, light) + ellipse(0, 9, 34, 32, light)
    limb = tube("M124 54 Q206 96 50 6", 22, main)
    return tess("coral", eye="closed", mood="wobble", brow="sad", rot=7, face=(-8, -2), left=mitt(150, 96, 170, 50, False), right=False,
                front=g(limb + palm, 22, -22)) + drop(128, 96, .7, rot=-16)


@sticker("shrug", "Tess shrugs", "🤷",
         "shrug, dunno, no idea, whatever, keine ahnung, egal, aucune idée, bof, ni idea, da igual, لا أعرف, لا أدري, idk, weiß nicht, je ne sais pas, no sé")
def shrug(t):
    def up(k):
        return tube(f"M{k * 120} 44 Q{k * 196} 88 {k * 188} -12", 21, TILES["amber"][1]) + \
            g(tube("M-4 0 Q24 6 48 -10", 22, TILES["amber"][0]) + tube("M4 -2 Q6 -16 18 -24", 14, TILES["amber"][0]) +
              line("M-4 0 Q24 6 48 -10", 22, TILES["amber"][0]), k * 184, -14, sx=k, sy=1)
    return tess("amber", eye="look", look=(-8, -12), mood="skew", brow="quirk", rot=-4, left=False, right=False, back=up(-1) + up(1))


@sticker("confused", "Tess is dizzy with confusion", "😵‍💫 😕",
         "confused, dizzy, lost, what, verwirrt, schwindlig, confus, perdu, quoi, confundido, mareado, حائر, مشوش, huh, häh, hein")
def confused(t):
    return tess("violet", eye="spiral", mood="wobble", rot=-9, brow="sad", left=mitt(150, 94, 178, 40, False),
                right=mitt(150, 88, 178, 40, False)) + query(402, 66, .72, AMBER, 16) + query(100, 44, .5, CORAL, -18) + \
        stone(226, 42, 28, SKY, 20) + stone(300, 22, 22, PINK, -12)


@sticker("question", "Tess asks a question", "❓",
         "question, what, why, help, frage, was, warum, hilfe, quoi, pourquoi, aide, pregunta, qué, ayuda, سؤال, ماذا, لماذا, how, wie, comment, cómo, كيف")
def question(t):
    return tess(eye="look", look=(10, -8), mood="small-o", brow="quirk", x=222, rot=-4, left=mitt(92, 106, 180, 100),
                right=dict(to=(184, -70), via=(196, 30), kind="point", rot=14)) + query(432, 70, 1.12, AMBER, 12)


@sticker("angry", "Tess is so angry that steam comes out", "😠 😡",
         "angry, mad, grr, rage, wütend, sauer, en colère, fâché, enfadado, furioso, غاضب, غضب")
def angry(t):
    return steam(78, 96, 1.25, -1) + steam(434, 96, 1.25) + \
        tess("coral", eye="fierce", mood="teeth", brow="angry", cheeks=False, left=mitt(112, 100, 196, 92), right=mitt(112, 100, 196, 92),
             feet=((-70, 158), (70, 158))) + \
        g(line("M-26 -8 Q-8 -8 -8 -26 M26 -8 Q8 -8 8 -26 M-26 8 Q-8 8 -8 26 M26 8 Q8 8 8 26", 10, "#A8202A"), 340, 152, .8)


@sticker("cool", "Tess looks cool in sunglasses", "😎",
         "cool, sunglasses, awesome, lässig, sonnenbrille, stark, lunettes de soleil, la classe, genial, gafas de sol, رائع, نظارات")
def cool(t):
    return tess("sky", eye="closed", mood="smirk", rot=-5, hat="", front=glasses(0, -26), face=(0, 4),
                left=mitt(96, 104, 182, 96), right=mitt(156, 14, 190, 70, kind="thumb", rot=10)) + sparkle(132, 78, 34, WHITE) + sparkle(96, 128, 18, AMBER)


@sticker("wink", "Tess winks and blows a kiss", "😉 😘",
         "wink, kiss, flirt, zwinkern, kuss, clin d'œil, bisou, guiño, beso, غمزة, قبلة")
def wink(t):
    return tess("pink", eye="wink", mood="kiss", rot=6, face=(-4, 0), left=mitt(88, 104, 180, 98), right=mitt(64, 66, 190, 110)) + \
        heart(430, 176, .6, CORAL, 14) + heart(412, 92, .44, PINK, -10) + heart(456, 50, .32, CORAL, 10)


@sticker("hug", "Two tiles hug each other", "🤗 🫂",
         "hug, cuddle, comfort, umarmung, knuddeln, trost, câlin, réconfort, abrazo, consuelo, حضن, عناق, drück dich")
def hug(t):
    a = tess("green", x=166, y=256, rot=9, eye="happy", mood="smile", face=(14, -6), left=False, right=False)
    b = tess("amber", x=378, y=256, rot=-9, eye="closed", mood="smile", face=(-14, -6), left=False, right=False)
    over = tube("M62 318 Q180 402 302 318", 23, TILES["green"][1]) + hand("green", 304, 316)
    over2 = tube("M484 316 Q400 374 324 366", 23, TILES["amber"][1])
    under = tube("M290 300 Q150 330 92 286", 23, TILES["amber"][1])
    return b + a + g(over, 8, -26) + heart(272, 44, .86) + heart(346, 24, .42, PINK, 14) + heart(196, 34, .36, PINK, -14)


@sticker("eyes", "Tess peeks over a wall and watches", "👀",
         "eyes, watching, look, peek, augen, schauen, spannend, regarder, curieux, yeux, mirar, ojos, curioso, عيون, أنظر", frames=16, ms=80)
def eyes_(t):
    k = wave(t)
    look = 17 * max(-1, min(1, 1.8 * k))
    wall = ""
    for row in range(2):
        for col in range(-1, 5):
            x = 40 + col * 96 + (48 if row else 0)
            lo, hi = max(x, 16), min(x + 88, 496)
            if hi - lo > 20:
                wall += rect(lo, 322 + row * 66, hi - lo, 58, 14, (CORAL, AMBER, "#FF9C8B")[(col + row + 3) % 3], INK, 8)
    backing = rect(10, 314, 492, 140, 24, "#C6A58C", INK, 9)
    fingers = "".join(hand("green", x, 320) for x in (92, 420))
    return tess(eye="look", look=(look, 4), mood="none", brow="up", left=False, right=False, feet=None, y=246 - 4 * abs(k),
                face=(look * .5, 10)) + backing + wall + fingers


@sticker("good-morning", "Tess enjoys a morning coffee in the sunshine", "☕ 🌅",
         "good morning, coffee, tea, sun, guten morgen, kaffee, bonjour, café, soleil, buenos días, sol, صباح الخير, قهوة, gm, morgen, matin")
def good_morning(t):
    return g(sun(0, 0, 84), 400, 92, 1) + tess("amber", eye="happy", mood="smile", rot=-4, x=230, y=268, face=(-12, -14),
                                               front=mug(44, 84, .98, CORAL), left=mitt(14, 104, 170, 128), right=mitt(108, 96, 176, 80))


@sticker("good-night", "Tess sleeps under a blanket by the moon", "😴 🌙",
         "good night, sleep, tired, zzz, gute nacht, schlafen, müde, bonne nuit, dormir, fatigué, buenas noches, cansado, تصبح على خير, نوم, gn, gn8, نعسان",
         fmt="png", frames=16, ms=110)
def good_night(t):
    br = wave(t, .022)
    zs = ""
    for k in range(3):
        p = (t + k / 3) % 1
        zs += zed(346 + 70 * p + 10 * sin(2 * pi * p), 112 - 112 * p, max(.02, .95 * sin(pi * min(1, p * 1.05)) ** .7), VIOLET, 10)
    blanket = path("M-158 30 Q-80 6 0 24 Q80 40 158 22 L172 150 Q176 172 150 172 H-150 Q-176 172 -172 150Z", "#6E7FE0", INK, 10)
    for i, (x, y) in enumerate(((-116, 82), (-46, 68), (30, 86), (108, 78), (-82, 132), (-4, 134), (74, 136))):
        blanket += stone(x, y, 32, (AMBER, "#97A6F2", PINK)[i % 3], 8 * (i % 3 - 1), 0)
    blanket += line("M-158 30 Q-80 6 0 24 Q80 40 158 22", 34) + line("M-158 30 Q-80 6 0 24 Q80 40 158 22", 18, CREAM)
    cap = path("M-96 -104 Q-80 -196 20 -186 Q118 -176 142 -96 Q112 -132 84 -112Z", "#6E7FE0", INK, 9) + \
        line("M-100 -106 Q-10 -140 88 -112", 36) + line("M-100 -106 Q-10 -140 88 -112", 20, CREAM) + ellipse(146, -84, 24, None, CREAM, INK, 8)
    return moon(104, 84, .9) + tess(eye="closed", mood="small-o", left=False, right=False, feet=None, squash=br, face=(0, -14),
                                    hat=cap, front=blanket) + zs


@sticker("working", "Tess works hard at a laptop", "💻 👩‍💻",
         "working, busy, laptop, coding, arbeiten, beschäftigt, travail, occupé, coder, trabajar, ocupado, عمل, مشغول, حاسوب, computer, arbeit, ordinateur, ordenador")
def working(t):
    lenses = ellipse(-EX, EY - 14, 44, 42, "#E9FBFF", INK, 9) + ellipse(EX, EY - 14, 44, 42, "#E9FBFF", INK, 9) + line(f"M-10 {EY - 20} Q0 {EY - 28} 10 {EY - 20}", 9)
    pupils = "".join(ellipse(k * EX + 2, EY - 6, 16, 19) + ellipse(k * EX - 4, EY - 14, 6, None, WHITE) for k in (-1, 1))
    return tess(eye="closed", mood="none", left=False, right=False, y=226, feet=None,
                front=lenses + pupils + line("M-16 30 Q4 42 20 26", 8) + g(laptop(0, 0, 1.08), 0, 142) + hand("green", -142, 178) + hand("green", 142, 178)) + \
        g(mug(0, 0, .5, CORAL), 450, 378)


@sticker("bug", "Tess finds a bug with a magnifying glass", "🐛 🔍",
         "bug, found it, debug, error, fehler, gefunden, käfer, bogue, trouvé, erreur, error, encontrado, bicho, خطأ, حشرة, وجدتها")
def bug(t):
    return tess(eye="look", look=(12, 12), mood="grin", brow="up", x=200, y=236, rot=4, face=(8, -20), left=mitt(154, 74, 176, 30, False), right=False) + \
        tube("M314 290 Q384 300 444 424", 21, TILES["green"][1]) + \
        magnifier(374, 336, 1.0, 0, beetle(0, 2, .98, 14)) + hand("green", 462, 424)


@sticker("ship-it", "Tess rides a rocket: ship it", "🚀",
         "ship it, rocket, launch, release, deploy, los geht's, rakete, veröffentlichen, fusée, lancement, on livre, cohete, lanzar, publicar, إطلاق, صاروخ, lgtm",
         frames=14, ms=60)
def ship_it(t):
    light = TILES["green"][0]
    port = ellipse(0, 0, 79, None, "#BFE6FF", INK, 20) + ellipse(0, 0, 79, None, "none", AMBER, 8)
    port += tess(x=0, y=8, s=.46, eye="happy", mood="laugh", face=(0, -12), left=False, right=dict(to=(150, -70), via=(186, 0)), feet=None)
    sparks = ""
    for k in range(5):
        p = (t + k / 5) % 1
        sparks += stone((-60, 48, -20, 70, 4)[k] * (1 + p * .6), 250 + 96 * p, 30 * sin(pi * max(.05, p)), CONFETTI[k], 90 * p, 5)
    stars = star(-150, -150, 30) + sparkle(158, -92, 28, CREAM) + star(-178, 20, 20, CORAL)
    return g(sparks + stars + g(rocket(0, 0, 1, 0, t, port), wave(t, 4, cycles=2), wave(t, 7), rot=wave(t, 1.5)), 256, 256, .9, 32)


@sticker("fire", "Tess is on fire", "🔥",
         "fire, hot, lit, awesome, feuer, heiß, krass, feu, chaud, génial, fuego, caliente, increíble, نار, ساخن", frames=14, ms=65)
def fire(t):
    back = flame(256, 190, 2.15, t) + flame(120, 268, 1.1, t, .35) + flame(392, 268, 1.1, t, .7)
    return back + tess("coral", y=268, eye="fierce", mood="smirk", brow="angry", face=(0, -4), left=mitt(112, 100, 190, 92), right=mitt(112, 100, 190, 92))


@sticker("on-my-way", "Tess runs: on my way", "🏃 💨",
         "on my way, running, hurry, fast, unterwegs, rennen, schnell, j'arrive, courir, vite, en camino, correr, rápido, في الطريق, أركض, omw, komme gleich, ya voy, قادم",
         frames=12, ms=50)
def on_my_way(t):
    a = 2 * pi * t
    feet = tuple((-8 * k + 84 * cos(a + (0 if k < 0 else pi)), 150 - 40 * max(0, sin(a + (0 if k < 0 else pi)))) for k in (-1, 1))
    lines = ""
    for k, y in enumerate((150, 232, 318)):
        p = (t + k / 3) % 1
        lines += speed(20 - 60 * p, y, 30 + 60 * sin(pi * p))
    puff = ""
    for k in (0, .5):
        p = (t + k) % 1
        puff += ellipse(130 - 90 * p, 412 - 26 * p, 6 + 24 * sin(pi * p), None, "#EEF3F4", INK, 7)
    sw = wave(t, 54)
    return lines + puff + tess(rot=11, eye="open", look=(6, 0), mood="laugh", brow="up", x=290, y=246 - 12 * abs(sin(a)), face=(22, -8), feet=feet,
                               left=dict(to=(150, 60 - sw), via=(186, 60)), right=mitt(140, 60 + sw, 186, 74))


@sticker("dance", "Tess dances to the music", "💃 🕺",
         "dance, music, groove, fun, tanzen, musik, spaß, danser, musique, bailar, música, diversión, رقص, موسيقى", frames=16, ms=60)
def dance(t):
    s = wave(t)
    b = abs(sin(2 * pi * t))

    def note(x, y, r, col):
        d = "M-16 30 V-34 L34 -46 V18"
        return g(outlined(d, 9, col) + ellipse(-28, 32, 20, 16, col, INK, 8) + ellipse(22, 20, 20, 16, col, INK, 8) + line(d, 9, col), x, y, .9, r)
    return note(84, 92 + 16 * s, -12 + 10 * s, AMBER) + note(446, 74 - 16 * s, 10 - 10 * s, CORAL) + \
        tess("violet", eye="happy", mood="grin", rot=11 * s, x=256 + 16 * s, y=262 - 14 * b, squash=.07 * (1 - b) - .02, face=(10 * s, -6),
             left=dict(to=(166, 20 + 84 * s), via=(200, 40)), right=dict(to=(166, 20 - 84 * s), via=(200, 40)),
             feet=((-60, 158 - 22 * max(0, s)), (60, 158 - 22 * max(0, -s))))


@sticker("loading", "Tess waits while little tiles go round", "⏳ 🔄",
         "loading, wait, patience, brb, laden, warten, moment, chargement, attendre, patience, cargando, esperar, paciencia, تحميل, انتظر, afk",
         fmt="gif", frames=16, ms=70)
def loading(t):
    ring_back, ring_front = "", ""
    for k in range(8):
        a = 2 * pi * (k / 8 + t / 8 * 2)
        z = sin(a)
        piece = stone(256 + 214 * cos(a), 262 + 62 * z, 46 + 13 * z, CONFETTI[k % 4] if k % 4 else GREEN, 20 * cos(a), 8)
        if z < 0:
            ring_back += piece
        else:
            ring_front += piece
    look = (15 * cos(2 * pi * t), 9 + 8 * sin(2 * pi * t))
    return ring_back + tess("sky", y=236, eye="look", look=look, mood="flat", brow="up", face=(0, -34), left=False, right=False) + ring_front


@sticker("rainy", "Tess stays dry under an umbrella", "☔ 🌧️",
         "rain, weather, umbrella, regen, wetter, schirm, pluie, parapluie, météo, lluvia, paraguas, tiempo, مطر, مظلة, es regnet, il pleut, llueve")
def rainy(t):
    return umbrella(300, 146, 1.25, 7) + tess(eye="open", look=(0, -2), mood="cat", x=222, y=300, face=(-6, -8), left=mitt(140, 92, 172, 50, False),
                                             right=mitt(72, 46, 190, 110)) + \
        "".join(drop(x, y, s, rot=10) for x, y, s in ((46, 226, .62), (36, 330, .5), (470, 250, .62), (452, 352, .5), (76, 410, .4)))


@sticker("snow", "Tess is wrapped up warm in the snow", "❄️ ☃️",
         "snow, cold, winter, brr, schnee, kalt, neige, froid, hiver, nieve, frío, invierno, ثلج, برد, شتاء, es schneit, il neige, nieva")
def snow(t):
    def flake(x, y, r):
        arms = "".join(f"M0 0 L{r * cos(k * pi / 3):.1f} {r * sin(k * pi / 3):.1f} " for k in range(6))
        return g(outlined(arms, 8, "#DDF4FF"), x, y, rot=15)
    hat_ = path("M-112 -92 Q-108 -190 0 -190 Q108 -190 112 -92Z", CORAL, INK, 10) + \
        line("M-52 -120 Q-50 -164 -30 -182 M52 -120 Q50 -164 30 -182 M0 -120 V-184", 7, "#C03F3A") + \
        line("M-112 -96 H112", 50) + line("M-112 -96 H112", 33, CREAM) + ellipse(0, -202, 32, None, CREAM, INK, 9)
    scarf = tube("M78 66 Q92 110 82 142", 38, CORAL) + line("M-126 62 Q0 98 126 62", 52) + line("M-126 62 Q0 98 126 62", 35, CORAL) + \
        line("M-70 62 v26 M-10 70 v28 M50 68 v26", 13, CREAM)
    return flake(66, 128, 34) + flake(450, 150, 40) + flake(92, 40, 24) + flake(424, 52, 26) + \
        tess("sky", eye="happy", mood="cat", y=290, face=(0, 2), hat=hat_, front=scarf, left=mitt(152, 96, 176, 56, False), right=mitt(152, 96, 176, 56, False))
