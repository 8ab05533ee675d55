//! Commands over fetch: the same address and the same fields as the form.

use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, Request, RequestInit, Response};

use super::{revision, write};
use crate::{
    address::escaped,
    components::command::request_id,
    domain::{Card, Command},
    flash::{Answer, Flash},
    projection::Delta,
};

/// What a command came to.
pub struct Outcome {
    /// In words.
    pub flash: Flash,
    /// The change, when it was carried out.
    pub delta: Option<Delta>,
    /// The order as committed, when it was refused.
    pub order: Option<Card>,
}

/// Sends a command, at once: what is drawn before its answer is waited for does not hold it up. A lost connection is an
/// answer, too: the same press may be sent again.
pub fn command<'a>(
    card: &'a Card,
    command: Command,
    seed: &str,
    reason: Option<&'a str>,
) -> impl Future<Output = Outcome> + use<'a> {
    let mut body = format!(
        "id={}&version={}&request_id={}",
        card.id,
        card.version,
        escaped(&request_id(seed, card, command))
    );
    if let Some(reason) = reason {
        body.push_str("&reason=");
        body.push_str(&escaped(reason));
    }
    let sent = send(&format!("/api/{}", command.name()), Some(&body));
    async move { read(sent.await, card, command, reason).await }
}

async fn read(
    sent: Result<Response, JsValue>,
    card: &Card,
    command: Command,
    reason: Option<&str>,
) -> Outcome {
    let (status, retry_after, text) = match sent {
        Ok(response) => {
            let wait =
                response.headers().get("retry-after").ok().flatten().and_then(|wait| wait.parse().ok());
            (response.status(), wait, text(&response).await.unwrap_or_default())
        }
        Err(_) => (0, None, String::new()),
    };
    let mut flash = Flash::read(Some(command), status, retry_after, &text, reason);
    flash.number.get_or_insert_with(|| card.number.clone());
    let delta: Option<Delta> = (status == 200).then(|| serde_json::from_str(&text).ok()).flatten();
    if let Some(delta) = &delta
        && delta.revision > revision()
    {
        write("data-revision", delta.revision);
    }
    let order = (status != 200).then(|| serde_json::from_str::<Answer>(&text).ok()).flatten();
    Outcome { flash, delta, order: order.and_then(|answer| answer.order) }
}

/// A request for JSON, sent at once, never older than what this page has heard of; with a body it is a form's post.
pub fn send(address: &str, body: Option<&str>) -> impl Future<Output = Result<Response, JsValue>> + use<> {
    let begun = begin(address, body);
    async { JsFuture::from(begun?).await?.dyn_into() }
}

fn begin(address: &str, body: Option<&str>) -> Result<Promise, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    headers.set("traceparent", &traceparent())?;
    headers.set("x-board-min-rev", &revision().to_string())?;
    let init = RequestInit::new();
    if let Some(body) = body {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(body));
        headers.set("content-type", "application/x-www-form-urlencoded")?;
        // The order's way goes on in what is done with it (`public/tab.js`).
        let root = document().document_element();
        if let Some(trace) =
            root.and_then(|root| root.get_attribute("data-trace")).filter(|it| !it.is_empty())
        {
            headers.set("traceparent", &trace)?;
        }
    }
    init.set_headers(&headers);
    let request = Request::new_with_str_and_init(address, &init)?;
    Ok(window().fetch_with_request(&request))
}

/// The beginning of a trace: the server goes on with it, and records it if it is a command.
fn traceparent() -> String {
    let part = || format!("{:08x}", (js_sys::Math::random() * 4_294_967_296.0) as u32);
    format!("00-{}{}{}{}-{}{}-01", part(), part(), part(), part(), part(), part())
}

/// The body of an answer.
pub async fn text(response: &Response) -> Result<String, JsValue> {
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}
