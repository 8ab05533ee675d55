//! A command as a form: it works as it stands, and islands only make it smoother.

use leptos::prelude::*;

use super::erase::Erase;

use crate::{
    domain::{Actor, Card, Command},
    i18n::{Lang, Word},
};

/// The name of one press: the same on every render of the same page, new with each version of the order, so that
/// a double click is one command and a later press is another. `seed` is random per page.
#[must_use]
pub fn request_id(seed: &str, card: &Card, command: Command) -> String {
    press_id(seed, card, command.name())
}

/// The same for any button, by the name in its address.
#[must_use]
pub fn press_id(seed: &str, card: &Card, name: &str) -> String {
    let letters = name.get(..3).unwrap_or_default();
    format!("{seed}-{}-{}-{letters}", card.number, card.version)
}

/// The next step of a card, when this person may do it.
#[must_use]
pub fn next_step(card: &Card, actor: &Actor) -> Option<Command> {
    card.status.next_step().filter(|command| command.allows(actor, card))
}

/// The step back of a card, when there is one and this person may do it.
#[must_use]
pub fn step_back(card: &Card, actor: &Actor) -> Option<Command> {
    [Command::Release, Command::Rework]
        .into_iter()
        .find(|command| card.status.after(*command).is_some() && command.allows(actor, card))
}

/// The fields that every command carries, with their values.
pub fn values(card: &Card, command: Command, seed: &str) -> [(&'static str, String); 3] {
    [
        ("id", card.id.to_string()),
        ("version", card.version.to_string()),
        ("request_id", request_id(seed, card, command)),
    ]
}

/// The fields as a form sends them.
pub fn fields(card: &Card, command: Command, seed: &str) -> impl IntoView + use<> {
    let [id, version, request] = values(card, command, seed)
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    (id, version, request).erased()
}

/// One button that carries out `command`.
pub fn command_form(
    card: &Card,
    command: Command,
    seed: &str,
    lang: Lang,
    sending: bool,
) -> impl IntoView + use<> {
    let words = if sending { lang.t(Word::Sending) } else { lang.command(command) };
    view! {
        <form class="act" method="post" action=format!("/api/{}", command.name()) data-command=command.name()>
            {fields(card, command, seed)}
            <button
                type="submit"
                class="primary"
                data-action=command.name()
                aria-disabled=sending.then_some("true")
                aria-label=format!("{}: {}", lang.command(command), card.number)
            >
                {words}
            </button>
        </form>
    }
    .erased()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::domain::{RequestId, Role, Status};
    use crate::samples::{actor, card, taken};

    #[test]
    fn a_request_id_is_accepted_at_its_longest_and_new_with_each_version() {
        let mut card = card(1);
        card.number = "A".repeat(32).parse().unwrap();
        card.version = i32::MAX;
        let seed = "s".repeat(crate::pages::SEED_LENGTH);
        let first = request_id(&seed, &card, Command::Release);
        assert!(first.parse::<RequestId>().is_ok(), "{first}");
        card.version -= 1;
        assert_ne!(first, request_id(&seed, &card, Command::Release));
        let names = Command::ALL.map(Command::name).into_iter().chain(["bonus", "confirm"]);
        let presses: std::collections::BTreeSet<_> = names.map(|name| press_id(&seed, &card, name)).collect();
        assert_eq!(presses.len(), Command::ALL.len() + 2, "every button has its own");
    }

    #[test]
    fn a_card_offers_only_what_this_person_may_do() {
        let me = actor();
        let boss = Actor { role: Role::Supervisor, login: "boss".into(), ..actor() };
        assert_eq!(next_step(&card(1), &me), Some(Command::Take));
        assert_eq!(next_step(&taken(1, "operator1", Status::Started), &me), Some(Command::Complete));
        assert_eq!(next_step(&taken(1, "other", Status::Started), &me), None);
        assert_eq!(step_back(&taken(1, "operator1", Status::Started), &me), Some(Command::Release));
        assert_eq!(step_back(&taken(1, "other", Status::Completed), &me), None);
        assert_eq!(step_back(&taken(1, "other", Status::Completed), &boss), Some(Command::Rework));
        assert_eq!(step_back(&card(1), &boss), None);
    }
}
