//! The parts of a traveller. Paper doesn't scroll: what is long is set in smaller type, and cut where even that ends.

use leptos::prelude::*;

use super::facts::dimensions;
use crate::{
    domain::{Card, Entry, HistoryStep, OrderPage, Status},
    i18n::{Lang, Phrase, Word},
};

/// A size of type: its class, letters a line, tenths of a millimetre a line. Letters are counted wide, so that what
/// fits by this count fits on the paper.
type Type = (&'static str, usize, usize);
const TITLE: [Type; 3] = [("roomy", 30, 60), ("close", 36, 49), ("tight", 44, 41)];
const COMMENT: [Type; 3] = [("roomy", 42, 44), ("close", 50, 38), ("tight", 60, 31)];
/// What title and comment have together when the facts are short, in tenths of a millimetre.
const ROOM: usize = 540;
/// A line of facts takes so much.
const FACT: usize = 48;

/// The steps that a person signs for, each with the name of the status that it leads to.
const SIGNED: [Status; 4] = [Status::Started, Status::Completed, Status::Packaging, Status::Shipped];

/// A class for the type of a text by its length.
#[must_use]
pub fn size_of(text: &str, roomy: usize, close: usize) -> &'static str {
    match width(text) {
        letters if letters <= roomy => "roomy",
        letters if letters <= close => "close",
        _ => "tight",
    }
}

/// The title, in the type that two lines hold.
pub fn title(text: &str) -> AnyView {
    let ((class, ..), _) = titled(text);
    view! { <h2 class=class dir="auto">{text.to_owned()}</h2> }.into_any()
}

/// A title's type, and the height that it takes.
fn titled(text: &str) -> (Type, usize) {
    let fits = TITLE.into_iter().find(|(_, letters, _)| fitted(text, *letters, 2).is_none());
    let [.., smallest] = TITLE;
    let size = fits.unwrap_or(smallest);
    let lines = (1..=5).find(|lines| fitted(text, size.1, *lines).is_none()).unwrap_or(5);
    (size, lines * size.2)
}

/// What has to be made, in the order in which a goldsmith needs it.
pub fn facts(page: &OrderPage, lang: Lang) -> AnyView {
    let card = &page.entry.card;
    let of = |class: &'static str, word: Word, value: String| {
        view! { <div class=class><dt>{lang.t(word)}</dt> <dd dir="auto">{value}</dd></div> }
    };
    let fact = |word: Word, value: String| of("part", word, value);
    let size = card.size.as_ref().map(|size| fact(Word::Size, lang.decimal(size)));
    let due = card.due_at.map_or_else(|| lang.says(Phrase::NoDue).to_owned(), |due| lang.day(due, page.now));
    let measures = page.entry.model_facts.as_ref();
    let measures = measures.map(|facts| of("whole", Word::Measures, dimensions(facts, lang)));
    view! {
        <dl>
            {of("whole", Word::Alloy, lang.material(&card.material).into_owned())}
            {size}
            {fact(Word::Quantity, lang.pieces(card.quantity))}
            {fact(Word::Due, due)}
            {measures}
        </dl>
    }
    .into_any()
}

/// The customer's words.
pub fn comment(card: &Card, lang: Lang) -> AnyView {
    let Some(text) = card.comment.as_deref() else { return view! { <div class="comment"></div> }.into_any() };
    let (class, cut) = commented(text, room(card));
    let more = cut.is_some().then(|| format!(" ({})", lang.says(Phrase::TravellerMore)));
    let text = cut.map_or_else(|| text.to_owned(), |cut| format!("{cut}…"));
    view! {
        <div class=format!("comment {class}")>
            <h3>{lang.t(Word::Comment)} {more}</h3>
            <p dir="auto">{text}</p>
        </div>
    }
    .into_any()
}

/// What the title and long facts leave of the room.
fn room(card: &Card) -> usize {
    let size = match card.size.as_deref().map_or(0, width) {
        ..=10 => 0,
        11..=44 => 1,
        _ => 2,
    };
    let more = size + usize::from(width(&card.material) > 38);
    ROOM - titled(&card.title).1 - more * FACT
}

/// A comment's type in this room, and how much of it fits when not all of it does.
fn commented(text: &str, room: usize) -> (&'static str, Option<String>) {
    let tried = |(class, letters, line): Type| (class, fitted(text, letters, room / line));
    let fits = COMMENT.into_iter().map(tried).find(|(_, cut)| cut.is_none());
    let [.., smallest] = COMMENT;
    fits.unwrap_or_else(|| tried(smallest))
}

/// Who did what and when; what is still to be done has room for a signature.
pub fn steps(entry: &Entry, lang: Lang) -> AnyView {
    let reached = SIGNED.iter().position(|status| *status == entry.card.status);
    let rows = SIGNED.into_iter().enumerate().map(|(at, status)| {
        let done = reached.filter(|reached| at <= *reached).and_then(|_| last(&entry.history, status));
        let (who, when) = done.map_or_else(Default::default, |step| {
            let who = step.by.as_ref().map(|by| by.name.clone()).unwrap_or_default();
            (who, lang.moment(step.at))
        });
        view! { <tr><th scope="row">{lang.step(status.wire(), false).to_owned()}</th> <td dir="auto">{who}</td> <td>{when}</td></tr> }
    });
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{lang.says(Phrase::TravellerStep)}</th>
                    <th scope="col">{lang.says(Phrase::TravellerWho)}</th>
                    <th scope="col">{lang.says(Phrase::TravellerWhen)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

fn last(history: &[HistoryStep], status: Status) -> Option<&HistoryStep> {
    history.iter().rev().find(|step| step.status == status.wire())
}

/// Places that a text takes in a line: East Asian letters take two.
fn width(text: &str) -> usize {
    text.chars().map(place).sum()
}

const fn place(c: char) -> usize {
    if c >= '\u{1100}' { 2 } else { 1 }
}

/// The beginning of a text that fills so many lines; nothing when all of it fits.
fn fitted(text: &str, letters: usize, lines: usize) -> Option<String> {
    let (mut line, mut column) = (1, 0);
    let mut word_begins = 0;
    for (at, c) in text.char_indices() {
        if c == '\n' {
            (line, column) = (line + 1, 0);
        } else {
            column += place(c);
        }
        if c.is_whitespace() {
            word_begins = at;
        }
        if column > letters {
            // The word that does not fit moves on whole, unless it is a line by itself.
            let word = text.get(word_begins..at + c.len_utf8()).unwrap_or_default();
            let moved = width(word.trim_start());
            (line, column) = (line + 1, if moved <= letters { moved } else { place(c) });
        }
        if line > lines {
            // Between words, unless there is but one.
            let near = word_begins > 0 && at - word_begins < 40;
            let cut = if near { word_begins } else { at };
            return Some(text.get(..cut).unwrap_or_default().trim_end().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{card, entry};

    #[test]
    fn what_fits_is_whole_and_what_does_not_is_cut_between_words() {
        assert_eq!(fitted("гравировка внутри", 20, 1), None);
        assert_eq!(fitted("раз два три", 7, 1).unwrap(), "раз два");
        assert_eq!(fitted("раз два три", 7, 2), None);
        assert_eq!(fitted(&"а".repeat(100), 10, 2).unwrap().chars().count(), 20);
        assert_eq!(fitted("1\n2\n3", 10, 2).unwrap(), "1\n2");
        assert_eq!(fitted("指輪指輪", 4, 1).unwrap(), "指輪");
        assert_eq!(fitted("", 1, 1), None);
    }

    #[test]
    fn what_a_long_title_takes_a_comment_lacks() {
        let comment = "слово ".repeat(300);
        let kept = |title: &str| commented(&comment, ROOM - titled(title).1).1.unwrap().len();
        assert_eq!(titled("Кольцо «Ветвь»"), (TITLE[0], 60));
        assert_eq!(titled(&"Щ".repeat(200)), (TITLE[2], 5 * 41));
        assert!(kept(&"Щ".repeat(200)) < kept("Кольцо «Ветвь»"));
    }

    #[test]
    fn a_text_is_never_cut_within_a_letter_or_lost_whole() {
        for text in
            ["é".repeat(3000), "🙂 ".repeat(2000), "\n".repeat(2000), format!("слово {}", "я".repeat(1994))]
        {
            let (class, cut) = commented(&text, ROOM);
            let cut = cut.unwrap();
            assert_eq!(class, "tight");
            assert!(text.starts_with(&cut) && cut.len() < text.len());
        }
    }

    #[test]
    fn after_a_step_back_the_later_steps_are_to_be_signed_again() {
        let step = |status: Status, at: &str| HistoryStep {
            status: status.wire().to_owned(),
            at: at.parse().unwrap(),
            by: None,
            reason: None,
        };
        let mut card = card(1);
        card.status = Status::Started;
        let history = vec![
            step(Status::Started, "2026-11-23T08:00:00Z"),
            step(Status::Completed, "2026-11-23T09:00:00Z"),
            step(Status::Started, "2026-11-23T10:15:00Z"),
        ];
        let entry = entry(card, history);
        let html = steps(&entry, Lang::En).to_html();
        assert!(html.contains("13:15") && !html.contains("11:00") && !html.contains("12:00"), "{html}");
    }
}
