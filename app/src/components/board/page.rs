//! The board's page as it is seen.

use leptos::prelude::*;

use super::{
    super::{column::Column, erase::Erase, filters::filters, live::mark, notice::notice, still::still},
    Board,
};
use crate::{domain::Status, flash::Flash, i18n::Word};

/// The board's page, under `<body>`. `whose` are the words for the operator whom it was asked for.
pub fn board_view(board: Board, whose: Option<String>, flash: Option<&Flash>) -> impl IntoView + use<> {
    let lang = board.lang;
    view! {
        <header class="bar">
            {still!(crate::components::bar::start(&board.view.read_untracked(), lang))}
            {filters(board.view, board.totals, whose, lang)}
            {mark(board.fresh_at, lang)}
            {still!(crate::components::bar::end(&board.view.read_untracked(), &board.me.read_value(), lang))}
        </header>
        {notice(flash, lang, true)}
        <main class="board" id="content" aria-label=lang.t(Word::ColumnsLabel) class:single=move || board.view.read().status.is_some()>
            <h1 class="unseen">{lang.t(Word::WholeBoard)}</h1>
            {(0..Status::COLUMNS.len()).map(|at| view! { <Column at board /> }).collect::<Vec<_>>()}
        </main>
        <p class="unseen" role="status">{move || board.said.get()}</p>
    }
    .erased()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{
        domain::{BoardPage, BoardView, Priority},
        i18n::Lang,
        samples::{actor, card, page, taken},
    };

    fn html(page: &BoardPage, view: BoardView, lang: Lang) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let board = Board::new(page, view, actor(), "seed".into(), lang);
            board_view(board, None, None).to_html()
        })
    }

    fn whole(page: &BoardPage) -> String {
        html(page, BoardView::default(), Lang::Ru)
    }

    #[test]
    fn a_board_without_a_script_has_all_that_tests_and_people_hold_on_to() {
        let html = whole(&page(vec![
            card(1),
            taken(2, "operator1", Status::Started),
            taken(3, "other", Status::Packaging),
        ]));
        for part in [
            r#"data-column="MANUFACTURING_APPROVED""#,
            r#"data-column="MANUFACTURING_STARTED""#,
            r#"data-column="MANUFACTURING_COMPLETED""#,
            r#"data-column="PACKAGING""#,
            r#"data-count="1""#,
            r#"data-count="0""#,
            r#"data-order="A-1""#,
            r#"data-status="MANUFACTURING_APPROVED""#,
            r#"data-version="2""#,
            r#"data-live="behind""#,
            r#"data-testid="search""#,
            r#"data-action="open""#,
            r#"data-action="take""#,
            r#"data-action="complete""#,
            r#"action="/api/take""#,
            r#"method="post""#,
            r#"name="id""#,
            r#"name="version" value="1""#,
            r#"name="request_id" value="seed-A-1-1-tak""#,
            "золото\u{a0}585, жёлтое",
            "6\u{202f}900\u{a0}₽",
            "17,5",
            "data-logout",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains(r#"data-action="ship""#), "another operator's order is not mine to ship");
        assert!(!html.contains("style=\""), "the policy forbids inline styles");
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let attack = r#"</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>"#;
        let mut card = taken(1, "operator1", Status::Started);
        (card.title, card.material) = (attack.into(), attack.into());
        (card.size, card.comment) = (Some(attack.into()), Some(attack.into()));
        card.operator.as_mut().unwrap().name = attack.into();
        let page = page(vec![card]);
        let view = BoardView { q: attack.into(), ..BoardView::default() };
        for html in [whole(&page), html(&page, view, Lang::En)] {
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains("<img src=x"), "{html}");
        }
    }

    #[test]
    fn a_filter_keeps_the_rest_of_the_view_in_the_address() {
        let view = BoardView { q: "кольцо".into(), rush: true, ..BoardView::default() };
        let html = html(&page(vec![]), view, Lang::En);
        assert!(html.contains("/?mine=1&amp;rush=1&amp;q=%D0%BA"), "{html}");
        assert!(html.contains(r#"<input type="hidden" name="rush" value="1""#), "{html}");
    }

    #[test]
    fn an_empty_board_says_what_will_come() {
        assert!(whole(&page(vec![])).contains(Lang::Ru.t(Word::EmptyApproved)));
    }

    #[test]
    fn rush_and_late_are_said_in_words() {
        let mut card = card(1);
        card.priority = Priority::Rush;
        card.due_at = Some("2026-11-20T00:00:00Z".parse().unwrap());
        let html = whole(&page(vec![card]));
        assert!(html.contains("Срочно") && html.contains("просрочен"), "{html}");
    }
}
