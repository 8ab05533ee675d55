//! Every answer of `/api/*` that is not a success: its status, its headers and its JSON, in one place.
//! (The framework alone would answer 500 to all of them.)

use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

use crate::domain::{Card, OrderNumber};

/// What went wrong, as `/api/*` says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ApiError {
    /// 409: the order as committed; its operator says who won.
    Conflict {
        /// The order.
        order: Box<Card>,
        /// After a lost take: the newest order that is still free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_free: Option<OrderNumber>,
        /// Whoever asks has the order already, from another tab or another bench.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        yours: bool,
    },
    /// Everything else.
    Problem(Problem),
}

/// A problem in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of problem, in a few English words that don't change.
    pub title: String,
    /// What to do now.
    pub detail: String,
    /// The fields that break their rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<BadField>,
    /// The order that the command was about, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<Card>>,
}

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadField {
    /// Its name in the form.
    pub field: String,
    /// What it must be.
    pub rule: String,
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        return answers::undecodable(&error);
        #[cfg(not(feature = "ssr"))]
        Self::Problem(Problem { title: "no answer".into(), detail: error.to_string(), ..Problem::default() })
    }
}

#[cfg(feature = "ssr")]
impl ApiError {
    /// The same as told to this person: whose order it is makes a difference.
    pub(super) fn to(mut self, login: &str) -> Self {
        if let Self::Conflict { order, yours, .. } = &mut self {
            *yours = order.is_of(login);
        }
        self
    }
}

#[cfg(feature = "ssr")]
pub(super) use answers::{
    letters_refused, login_refused, refused, signed_out, unavailable, view_refused, wrong_fields,
};

#[cfg(feature = "ssr")]
mod answers {
    use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use super::{ApiError, BadField, Problem, ServerFnErrorErr};
    use crate::{
        backend::{LoginRefusal, ViewRefusal},
        domain::Refusal,
        i18n::{Changed, Lang, Phrase, RadarWord, Word},
        radar::LettersRefusal,
        visit::Visit,
    };

    type Bad<'a> = (&'a str, &'a str);

    fn with_status(status: StatusCode, error: ApiError) -> ApiError {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
        error
    }

    fn retry_after(seconds: u32) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    fn problem(status: StatusCode, title: &str, detail: impl Into<String>) -> ApiError {
        let problem = Problem { title: title.to_owned(), detail: detail.into(), ..Problem::default() };
        with_status(status, ApiError::Problem(problem))
    }

    fn lang() -> Lang {
        use_context::<Visit>().unwrap_or_default().lang
    }

    fn words(word: Word) -> &'static str {
        lang().t(word)
    }

    /// 422 that names every bad field.
    pub fn wrong_fields<'a>(bad: impl IntoIterator<Item = Bad<'a>>) -> ApiError {
        let fields: Vec<_> = bad
            .into_iter()
            .map(|(field, rule)| BadField { field: field.to_owned(), rule: rule.to_owned() })
            .collect();
        let detail =
            fields.iter().map(|bad| format!("{}: {}", bad.field, bad.rule)).collect::<Vec<_>>().join("; ");
        let title = "fields break their rules".to_owned();
        let problem = Problem { title, detail, fields, order: None };
        with_status(StatusCode::UNPROCESSABLE_ENTITY, ApiError::Problem(problem))
    }

    /// 401.
    pub fn signed_out() -> ApiError {
        problem(StatusCode::UNAUTHORIZED, "signed out", words(Word::SessionEnded))
    }

    /// 503.
    pub fn unavailable(seconds: u32) -> ApiError {
        retry_after(seconds);
        problem(StatusCode::SERVICE_UNAVAILABLE, "temporarily unavailable", words(Word::TryAgain))
    }

    /// What a command was refused for.
    pub fn refused(refusal: Refusal) -> ApiError {
        match refusal {
            Refusal::Invalid(fields) => wrong_fields(fields),
            Refusal::Unknown => problem(StatusCode::NOT_FOUND, "no such order", words(Word::NoSuchOrder)),
            Refusal::NotYours(order) => {
                let (title, detail) = ("not yours".to_owned(), words(Word::NotYours).to_owned());
                let problem = Problem { title, detail, fields: Vec::new(), order: Some(order) };
                with_status(StatusCode::FORBIDDEN, ApiError::Problem(problem))
            }
            Refusal::Conflict { card: order, next_free } => {
                with_status(StatusCode::CONFLICT, ApiError::Conflict { order, next_free, yours: false })
            }
            Refusal::NotAllowed { card: order, .. } => {
                with_status(StatusCode::CONFLICT, ApiError::Conflict { order, next_free: None, yours: false })
            }
            Refusal::OtherModel(order) => {
                let (title, detail) =
                    ("no such model to confirm".to_owned(), lang().changed(Changed::NotThisOne));
                let problem =
                    Problem { title, detail: detail.to_owned(), fields: Vec::new(), order: Some(order) };
                with_status(StatusCode::CONFLICT, ApiError::Problem(problem))
            }
            Refusal::RequestReused => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "request id already used",
                lang().says(Phrase::RequestReused),
            ),
            Refusal::Unavailable { retry_after } => unavailable(retry_after),
        }
    }

    /// What a log-in was refused for.
    pub fn login_refused(refusal: LoginRefusal) -> ApiError {
        match refusal {
            LoginRefusal::Wrong => {
                problem(StatusCode::UNAUTHORIZED, "wrong name or password", words(Word::WrongPassword))
            }
            LoginRefusal::TooMany { retry_after: seconds } => {
                retry_after(seconds);
                problem(StatusCode::TOO_MANY_REQUESTS, "too many failures", words(Word::TryAgain))
            }
            LoginRefusal::Unavailable(away) => unavailable(away.retry_after),
        }
    }

    /// Why a saved view was not changed. What is wrong with its name is told in the words of the page.
    pub fn view_refused(refusal: ViewRefusal) -> ApiError {
        let lang = lang();
        let name = |rule: &str, phrase| {
            let fields = vec![BadField { field: "name".to_owned(), rule: rule.to_owned() }];
            let (title, detail) = ("fields break their rules".to_owned(), lang.says(phrase).to_owned());
            let problem = Problem { title, detail, fields, order: None };
            with_status(StatusCode::UNPROCESSABLE_ENTITY, ApiError::Problem(problem))
        };
        match refusal {
            ViewRefusal::Nameless => name("must be 1 to 40 characters", Phrase::ViewNameRule),
            ViewRefusal::Taken => name("must not be the name of another view of yours", Phrase::ViewTaken),
            ViewRefusal::TooMany => name("must wait: there are twelve views already", Phrase::ViewsFull),
            ViewRefusal::Unknown => {
                problem(StatusCode::NOT_FOUND, "no such view", lang.says(Phrase::ViewGone))
            }
            ViewRefusal::Unavailable(away) => unavailable(away.retry_after),
        }
    }

    /// Why nothing was done about dead letters, or not everything.
    pub fn letters_refused(refusal: LettersRefusal) -> ApiError {
        let lang = lang();
        match refusal {
            LettersRefusal::Unknown => {
                problem(StatusCode::NOT_FOUND, "no such letter", lang.radar(RadarWord::LetterGone))
            }
            LettersRefusal::Unavailable(away) => {
                retry_after(away.retry_after);
                let words = lang.radar(RadarWord::LettersBusy);
                problem(StatusCode::SERVICE_UNAVAILABLE, "temporarily unavailable", words)
            }
        }
    }

    /// Arguments that are no form, or a failure of the framework. The decoder's text stays here.
    pub fn undecodable(error: &ServerFnErrorErr) -> ApiError {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                wrong_fields([("form", "must be application/x-www-form-urlencoded, each field once")])
            }
            _ => problem(StatusCode::INTERNAL_SERVER_ERROR, "internal error", ""),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use leptos::prelude::{Owner, provide_context};
    use leptos_axum::ResponseOptions;

    use super::*;
    use crate::{backend::LoginRefusal, domain::Command, domain::Refusal, samples};

    fn answer(make: impl FnOnce() -> ApiError) -> (u16, Option<String>, serde_json::Value) {
        let owner = Owner::new();
        owner.with(|| {
            let response = ResponseOptions::default();
            provide_context(response.clone());
            let body = serde_json::from_slice(&make().ser()).unwrap();
            let parts = response.0.read().unwrap();
            let wait = parts.headers.get("retry-after").map(|v| v.to_str().unwrap().to_owned());
            (parts.status.unwrap().as_u16(), wait, body)
        })
    }

    #[test]
    fn every_refusal_has_the_status_of_the_contract() {
        let card = || Box::new(samples::card(7));
        let refusals = [
            (Refusal::Invalid(vec![("reason", "must be 1 to 500 characters")]), 422),
            (Refusal::Unknown, 404),
            (Refusal::NotYours(card()), 403),
            (Refusal::Conflict { card: card(), next_free: None }, 409),
            (Refusal::NotAllowed { card: card(), command: Command::Ship }, 409),
            (Refusal::OtherModel(card()), 409),
            (Refusal::RequestReused, 422),
            (Refusal::Unavailable { retry_after: 3 }, 503),
        ];
        for (refusal, status) in refusals {
            let (got, wait, _) = answer(|| refused(refusal.clone()));
            assert_eq!(got, status, "{refusal:?}");
            assert_eq!(wait.as_deref(), (status == 503).then_some("3"));
        }
    }

    #[test]
    fn a_conflict_is_the_order_as_committed_and_nothing_wraps_it() {
        let next_free = "A-8".parse().ok();
        let (_, _, body) =
            answer(|| refused(Refusal::Conflict { card: Box::new(samples::card(7)), next_free }));
        assert_eq!(body["order"]["number"], samples::card(7).number.as_str());
        assert_eq!(body["next_free"], "A-8");
        let (_, _, body) = answer(|| {
            refused(Refusal::NotAllowed { card: Box::new(samples::card(7)), command: Command::Ship })
        });
        assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["order"]);
    }

    #[test]
    fn a_conflict_over_an_order_that_is_mine_says_so() {
        let lost = |login: &str| {
            let card = Box::new(samples::taken(7, "operator1", crate::domain::Status::Started));
            answer(|| refused(Refusal::Conflict { card, next_free: None }).to(login)).2
        };
        assert_eq!(lost("operator1")["yours"], true);
        assert_eq!(lost("operator2").get("yours"), None);
    }

    #[test]
    fn a_log_in_is_refused_without_saying_which_part_was_wrong() {
        let (status, _, body) = answer(|| login_refused(LoginRefusal::Wrong));
        assert_eq!((status, body["title"].as_str()), (401, Some("wrong name or password")));
        let (status, wait, _) = answer(|| login_refused(LoginRefusal::TooMany { retry_after: 60 }));
        assert_eq!((status, wait.as_deref()), (429, Some("60")));
    }

    #[test]
    fn a_form_that_cannot_be_decoded_is_named_and_not_echoed() {
        let error = ServerFnErrorErr::Args("invalid byte in <script>".into());
        let (status, _, body) = answer(|| ApiError::from_server_fn_error(error));
        assert_eq!(status, 422);
        assert_eq!(body["fields"][0]["field"], "form");
        assert!(!body.to_string().contains("script"));
    }
}
