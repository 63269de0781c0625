// What the buyer sees: one page without script, which says what it is.

import { ApiError } from "./errors.mjs";
import * as sessions from "./sessions.mjs";

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => ESCAPES[character]);
/** Currencies that have no smaller unit. */
const WHOLE = new Set(["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"]);

function money(amount, currency) {
    const value = WHOLE.has(currency) ? amount : amount / 100;
    return new Intl.NumberFormat("en", { style: "currency", currency }).format(value);
}

function layout(title, content) {
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escaped(title)} (stand-in for tests)</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 34rem; margin: 0 auto; padding: 1rem; }
button { font: inherit; color: #fff; background: #3a2f9b; border: 0; border-radius: .4rem; padding: .6rem 1rem; margin: .3rem .3rem .3rem 0; min-height: 44px; }
button:focus-visible, input:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.stand-in { border: 3px dashed #8a4b00; padding: .5rem 1rem; }
.error { border-left: 5px solid #a3001b; padding: .5rem 1rem; }
</style>
</head>
<body>
<main>
<p class="stand-in" data-stand-in><strong>This is no payment service.</strong> It is a stand-in for tests: no money moves here, and nothing is asked for.</p>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

function form(world, session) {
    const items = world.lineItems.get(session.id);
    const rows = items.map((item) => `<li>${escaped(item.description)}: ${escaped(money(item.amount_subtotal, session.currency))}</li>`);
    const terms = session.consent_collection?.terms_of_service === "required"
        ? `<p><label><input type="checkbox" name="terms" value="accepted" required> I agree to the seller's <a href="${escaped(world.settings.termsUrl)}">terms of service</a></label></p>`
        : "";
    const message = session.custom_text.submit ? `<p data-message>${escaped(session.custom_text.submit.message)}</p>` : "";
    const cancel = session.cancel_url
        ? '<button name="action" value="cancel" formnovalidate>Cancel and go back</button>'
        : "";
    return `<ul>${rows.join("")}</ul>
<p>Total: <strong data-total>${escaped(money(session.amount_total, session.currency))}</strong>${session.automatic_tax.enabled ? " (tax as the buyer's place asks for)" : ""}</p>
<form method="post">
${terms}${message}
<p>
<button name="action" value="pay">Pay</button>
<button name="action" value="delayed">Pay with a delayed method</button>
<button name="action" value="decline">Pay with a card that is declined</button>
${cancel}
</p>
</form>`;
}

const error = (text) => `<p class="error" role="alert">${escaped(text)}</p>\n`;

/** @returns `{ status, headers, body }` */
export function page(world, { method, id, body }) {
    sessions.expireOld(world);
    const session = world.sessions.get(id);
    if (!session) return html(404, layout("Not found", error("There is no such checkout session.")));
    if (session.status === "expired") return html(410, layout("Expired", error("This checkout session has expired.") + back(session)));
    if (session.status === "complete") {
        return html(200, layout("All done", `<p>This was completed already.</p>${link(sessions.successUrl(session), "Back to the seller")}`));
    }
    const shown = (status, problem = "") => html(status, layout("Checkout", problem + form(world, session)));
    if (method !== "POST") return shown(200);
    const fields = new URLSearchParams(body);
    const action = fields.get("action");
    if (action === "cancel" && session.cancel_url) return redirect(session.cancel_url);
    if (!["pay", "delayed", "decline"].includes(action)) return shown(400, error("Choose how to pay."));
    if (session.consent_collection?.terms_of_service === "required" && fields.get("terms") !== "accepted") {
        return shown(422, error("Agree to the terms of service to go on."));
    }
    if (action === "decline") return shown(402, error("Your card was declined. Try another one."));
    try {
        sessions.pay(world, session, { delayed: action === "delayed" });
    } catch (problem) {
        if (!(problem instanceof ApiError)) throw problem;
        return shown(problem.status, error(problem.message));
    }
    return redirect(sessions.successUrl(session));
}

const link = (address, text) => `<p><a href="${escaped(address)}">${escaped(text)}</a></p>`;
const back = (session) => (session.cancel_url ? link(session.cancel_url, "Back to the seller") : "");
const redirect = (address) => ({ status: 303, headers: { Location: address }, body: "" });

/** The real page cannot be framed either. */
const html = (status, body) => ({
    status,
    headers: {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Content-Type": "text/html; charset=utf-8",
        "X-Frame-Options": "DENY",
    },
    body,
});
