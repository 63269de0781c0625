//! Which members of a room are bots and bridges. Element does not tell its manager about
//! `m.bridge`, so they are known by the names that their programs give them; a guess, and shown as
//! one.

/// What a member is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automaton {
    /// A program that takes part.
    Bot,
    /// A program that joins the room with another network.
    Bridge,
}

/// Beginnings and ends that programs give to their accounts' local parts; what is tried first is
/// what is more exact.
const KNOWN: &[(Pattern, &str, Automaton)] = &[
    (Pattern::Is("hookshot"), "Hookshot", Automaton::Bot),
    (Pattern::Is("telegrambot"), "Telegram", Automaton::Bridge),
    (Pattern::Is("whatsappbot"), "WhatsApp", Automaton::Bridge),
    (Pattern::Is("signalbot"), "Signal", Automaton::Bridge),
    (Pattern::Is("discordbot"), "Discord", Automaton::Bridge),
    (Pattern::Is("_discord_bot"), "Discord", Automaton::Bridge),
    (Pattern::Is("_discordpuppet_bot"), "Discord", Automaton::Bridge),
    (Pattern::Is("slackbot"), "Slack", Automaton::Bridge),
    (Pattern::Is("_slackpuppet_bot"), "Slack", Automaton::Bridge),
    (Pattern::Is("instagrambot"), "Instagram", Automaton::Bridge),
    (Pattern::Is("facebookbot"), "Facebook", Automaton::Bridge),
    (Pattern::Is("metabot"), "Meta", Automaton::Bridge),
    (Pattern::Is("gmessagesbot"), "Google Messages", Automaton::Bridge),
    (Pattern::Is("googlechatbot"), "Google Chat", Automaton::Bridge),
    (Pattern::Is("twitterbot"), "X", Automaton::Bridge),
    (Pattern::Is("linkedinbot"), "LinkedIn", Automaton::Bridge),
    (Pattern::Is("imessagebot"), "iMessage", Automaton::Bridge),
    (Pattern::Is("blueskybot"), "Bluesky", Automaton::Bridge),
    (Pattern::Is("irc_bot"), "IRC", Automaton::Bridge),
    (Pattern::Is("appservice"), "IRC", Automaton::Bridge),
    (Pattern::Is("appservice-irc"), "IRC", Automaton::Bridge),
    (Pattern::Is("heisenbridge"), "IRC", Automaton::Bridge),
    (Pattern::Is("_xmpp_bot"), "XMPP", Automaton::Bridge),
    (Pattern::Is("_bifrost_bot"), "XMPP", Automaton::Bridge),
    (Pattern::Is("matterbridge"), "Matterbridge", Automaton::Bridge),
    (Pattern::Is("_neb_rssbot"), "RSS", Automaton::Bot),
    (Pattern::Begins("_neb_"), "Go-NEB", Automaton::Bot),
    (Pattern::Is("neb"), "Go-NEB", Automaton::Bot),
    (Pattern::Is("mjolnir"), "Mjolnir", Automaton::Bot),
    (Pattern::Is("draupnir"), "Draupnir", Automaton::Bot),
    (Pattern::Is("maubot"), "Maubot", Automaton::Bot),
    (Pattern::Ends("-bot"), "", Automaton::Bot),
    (Pattern::Ends("_bot"), "", Automaton::Bot),
    (Pattern::Begins("bot-"), "", Automaton::Bot),
    (Pattern::Begins("bot."), "", Automaton::Bot),
];

enum Pattern {
    Is(&'static str),
    Begins(&'static str),
    Ends(&'static str),
}

/// What a user is taken for, and the program or network if it is known (else empty).
#[must_use]
pub fn recognise(user_id: &str) -> Option<(Automaton, &'static str)> {
    let (local, _) = user_id.strip_prefix('@')?.split_once(':')?;
    let found = KNOWN.iter().find(|(pattern, ..)| match pattern {
        Pattern::Is(name) => local == *name,
        Pattern::Begins(name) => local.starts_with(name),
        Pattern::Ends(name) => local.ends_with(name),
    });
    found.map(|(_, name, automaton)| (*automaton, *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_names_and_people_are_not() {
        for (user_id, found) in [
            ("@telegrambot:example.org", Some((Automaton::Bridge, "Telegram"))),
            ("@hookshot:example.org", Some((Automaton::Bot, "Hookshot"))),
            ("@_neb_giphy_123:example.org", Some((Automaton::Bot, "Go-NEB"))),
            ("@weather-bot:example.org", Some((Automaton::Bot, ""))),
            ("@abbot:example.org", None),
            ("@alice:telegrambot", None),
            ("@telegram_123:example.org", None),
            ("telegrambot", None),
        ] {
            assert_eq!(recognise(user_id), found, "{user_id}");
        }
    }
}
