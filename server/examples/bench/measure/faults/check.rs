//! What is there afterwards, against what must be.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Stage, plan::Plan};
use crate::{
    Failure,
    broker::{DEAD, NEWS, as_soon_as_there},
    database::Database,
    figures::tell,
};

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    pub messages: String,
    pub lost: usize,
    pub lost_note: String,
    pub twice: i64,
    pub unlettered: usize,
    pub letters_note: String,
    pub news_missing: usize,
    pub news_disordered: usize,
    pub news_note: String,
}

/// An order's version counts the messages that changed it and the commands that did.
const TWICE: &str = "SELECT count(*) FROM orders o \
    LEFT JOIN (SELECT order_id, count(*) AS times FROM inbox WHERE outcome IN ('accepted', 'updated') GROUP BY order_id) m \
        ON m.order_id = o.id \
    LEFT JOIN (SELECT order_id, count(*) AS times FROM order_history WHERE command IS NOT NULL GROUP BY order_id) c \
        ON c.order_id = o.id \
    WHERE o.number LIKE 'F-%' AND o.version <> coalesce(m.times, 0) + coalesce(c.times, 0)";

/// Looks at everything.
pub async fn check(database: &Database, stage: &Stage, plan: &Plan) -> Result<Found, Failure> {
    let mut found = Found { twice: database.count(TWICE).await?, ..Found::default() };
    let (taken, seconds) = database.taken_in().await?;
    let there = database.versions().await?;
    let wrong = plan.orders.iter().filter(|&(id, wanted)| there.get(id) != Some(wanted)).count();
    found.lost = wrong + plan.good.saturating_sub(usize::try_from(taken)?);
    found.messages = format!(
        "{} of them good and different, {} bad; {taken} taken in within {seconds:.0} s",
        plan.good,
        plan.bad.len()
    );
    found.lost_note = format!(
        "{} orders with the newest of up to three versions; good messages not in the inbox, and orders that are not as \
         their newest message says",
        plan.orders.len()
    );
    let broker = as_soon_as_there(&stage.rabbit.url()).await?;
    letters(database, &broker.drain(DEAD).await?, plan, &mut found).await?;
    news(&broker.drain(NEWS).await?, plan, &mut found);
    Ok(found)
}

async fn letters(
    database: &Database,
    letters: &[crate::broker::Letter],
    plan: &Plan,
    found: &mut Found,
) -> Result<(), Failure> {
    let (mut named, mut mistaken) = (HashSet::new(), 0);
    for letter in letters {
        let says = |name: &str| letter.headers.get(name).map(String::as_str).unwrap_or_default();
        let body = String::from_utf8_lossy(&letter.body);
        let number = number(&body).unwrap_or_default().to_owned();
        let wrong = plan.bad.get(&number);
        // `field rule`, of one field.
        let is_it = |wrong: &&str| {
            says("x-detail").split(' ').next() == Some(*wrong) && !says("x-detail").contains("; ")
        };
        mistaken += usize::from(says("x-reason") != "malformed" || !wrong.is_some_and(is_it));
        named.insert(number);
    }
    let missing = plan.bad.keys().filter(|number| !named.contains(*number)).count();
    let good = named.iter().filter(|number| !plan.bad.contains_key(*number)).count();
    let kept = database.count("SELECT count(*) FROM dead_letters").await?;
    found.unlettered = missing + good + mistaken + usize::try_from((kept - plan.bad.len() as i64).abs())?;
    found.letters_note = format!(
        "{} bad messages; missing in mes.orders.dead {missing}, with another reason than the field that is wrong {mistaken}, \
         good ones among them {good}; {} deliveries to the queue, {kept} letters on the radar",
        plan.bad.len(),
        letters.len()
    );
    Ok(())
}

/// The order's number in a body that may be broken.
fn number(body: &str) -> Option<&str> {
    body.split("\"number\":\"").nth(1)?.split('"').next()
}

fn news(news: &[crate::broker::Letter], plan: &Plan, found: &mut Found) {
    let (mut seen, mut doubled) = (HashSet::new(), 0);
    let mut versions: HashMap<String, Vec<i64>> = HashMap::new();
    // What has no identity was put there to see whether the queue answers.
    let news: Vec<_> = news.iter().filter(|told| told.message_id.is_some()).collect();
    for told in &news {
        if !seen.insert(told.message_id.clone()) {
            doubled += 1;
            continue;
        }
        let said: Value = serde_json::from_slice(&told.body).unwrap_or_default();
        let order = said["order"]["id"].as_str().unwrap_or_default().to_owned();
        versions.entry(order).or_default().push(said["order"]["version"].as_i64().unwrap_or_default());
    }
    for order in &plan.led {
        let told = versions.remove(&order.id.to_string()).unwrap_or_default();
        found.news_missing += 4_usize.saturating_sub(told.len());
        if !told.is_sorted() {
            found.news_disordered += 1;
            tell(format_args!("news of {} came in the order {told:?}", order.number));
        }
    }
    found.news_note = format!(
        "{} orders led from take to ship meanwhile; {} pieces of news came, {doubled} of them again with the same \
         message_id",
        plan.led.len(),
        news.len()
    );
}
