//! A new order on many boards: fair is what reaches all at once.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    Failure,
    figures::{hand_in, percentile, tell},
    site::Site,
    streams::Streams,
};

/// New orders, and how far apart the first and the last board show each.
#[derive(Debug, clap::Args)]
pub struct Boards {
    /// ADDRESS,ADMIN,PID of each server; the boards are spread over them
    #[arg(required = true)]
    sites: Vec<Site>,
    /// Boards
    #[arg(long, default_value_t = 50)]
    boards: usize,
    /// New orders
    #[arg(long, default_value_t = 100)]
    orders: usize,
    /// The row
    #[arg(long)]
    row: String,
}

impl Boards {
    pub async fn run(&self) -> Result<(), Failure> {
        let token = std::env::var("INTAKE_TOKEN")?;
        let streams = Streams::default();
        let person = self.sites[0].sign_in("operator1").await?;
        for (at, site) in self.sites.iter().enumerate() {
            let share = self.boards / self.sites.len() + usize::from(at < self.boards % self.sites.len());
            streams.open(site, &person, share).await?;
        }
        let mut spreads = Vec::new();
        for _ in 0..self.orders {
            let body = message();
            let request = format!(
                "POST /intake/orders HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                self.sites[0].address,
                body.len()
            );
            let answer = self.sites[0].ask(request.as_bytes()).await?;
            if answer.status != 201 {
                return Err(format!("intake answers {}", answer.status).into());
            }
            let mut seen: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for arrival in streams.gather(self.boards).await? {
                seen.entry(arrival.rev).or_default().push(arrival.at);
            }
            let Some((_, times)) = seen.into_iter().next().filter(|(_, times)| times.len() == self.boards)
            else {
                return Err("a new order did not come as one change to every board".into());
            };
            let (first, last) = (times.iter().min().copied(), times.iter().max().copied());
            spreads.push((last.unwrap_or_default() - first.unwrap_or_default()) as f64 / 1000.0);
        }
        streams.close();
        spreads.sort_by(f64::total_cmp);
        let (half, p99) = (percentile(&spreads, 0.5), percentile(&spreads, 0.99));
        tell(format_args!("first to last: p50 {half:.2} ms, p99 {p99:.2} ms"));
        let note = format!(
            "p99 of {} new orders by intake; boards are streams of /live over {} servers; p50 {half:.2} ms",
            self.orders,
            self.sites.len()
        );
        hand_in(&self.row, Some(p99), &note)
    }
}

fn message() -> String {
    let id = Uuid::new_v4();
    let number = format!("B-{}", &id.simple().to_string()[..12].to_uppercase());
    serde_json::json!({
        "message_id": Uuid::new_v4(), "type": "order.status_changed", "occurred_at": "2026-11-24T08:15:00Z",
        "order": {
            "id": id, "number": number, "status": "MANUFACTURING_APPROVED", "source_version": 1,
            "title": "Кольцо «Замер»", "material": "gold-585-yellow", "size": "17.5", "quantity": 1,
            "price": { "amount": "45900.00", "currency": "RUB" },
            "operator_pay": { "amount": "6900.00", "currency": "RUB" }
        }
    })
    .to_string()
}
