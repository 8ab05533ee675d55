//! The board's ready-made bytes, against as many static bytes of the same server, or against the same request to a
//! server that reads elsewhere.

use std::rc::Rc;

use crate::{
    Failure,
    contest::{Best, Measure, Side, contest},
    figures::hand_in,
    http::Answer,
    load::Ask,
    site::{Person, Site},
};

/// `GET /api/board` against static bytes.
#[derive(Debug, clap::Args)]
pub struct Static {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// The static file's path on the site
    #[arg(long)]
    file: String,
    /// The row of whole answers
    #[arg(long)]
    row: String,
    /// The row of 304s
    #[arg(long)]
    unchanged: String,
    #[command(flatten)]
    measure: Measure,
}

/// `GET /api/board` of one server against that of another one.
#[derive(Debug, clap::Args)]
pub struct Against {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// The other one
    #[arg(long)]
    other: Site,
    /// The row
    #[arg(long)]
    row: String,
    #[command(flatten)]
    measure: Measure,
}

const BROTLI: (&str, &str) = ("Accept-Encoding", "br");

impl Static {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let board = self.site.ask(&self.site.get(&person, "/api/board", &[BROTLI])).await?;
        let file = self.site.ask(&self.site.get(&person, &self.file, &[BROTLI])).await?;
        alike(&board, &file)?;
        let weight = board.body.len();
        let asks = |path: &str, answer: &Answer, known: bool| -> Result<Rc<[Ask]>, Failure> {
            let tag = answer.header("etag").ok_or("an answer without ETag")?;
            let mut headers = vec![BROTLI];
            if known {
                headers.push(("If-None-Match", tag));
            }
            let (status, body) = if known { (304, 0) } else { (200, weight) };
            Ok(Rc::new([Ask { request: self.site.get(&person, path, &headers), status, body: Some(body) }]))
        };
        for (row, known) in [(&self.row, false), (&self.unchanged, true)] {
            let sides = [
                Side { name: "board", site: &self.site, asks: asks("/api/board", &board, known)? },
                Side { name: "static", site: &self.site, asks: asks(&self.file, &file, known)? },
            ];
            let [board, file] = contest(sides, self.measure).await?;
            let what = if known { "304s".to_owned() } else { format!("{weight} bytes of brotli each") };
            hand_in(
                row,
                Some(board.rate / file.rate),
                &format!("{what}; {}", compared(board, file, "static")),
            )?;
        }
        Ok(())
    }
}

/// The two must differ in what they say only, not in how much.
fn alike(board: &Answer, file: &Answer) -> Result<(), Failure> {
    let told = |answer: &Answer| {
        let header = |name| answer.header(name).map(str::to_owned);
        (answer.status, answer.body.len(), header("content-encoding"), header("content-type"))
    };
    let headers = |answer: &Answer| {
        let mut names: Vec<_> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    if told(board) != told(file) || headers(board) != headers(file) {
        return Err(format!(
            "the static answer is another one: {:?} {:?}, {:?} {:?}",
            told(board),
            headers(board),
            told(file),
            headers(file)
        )
        .into());
    }
    Ok(())
}

fn compared(ours: Best, theirs: Best, name: &str) -> String {
    format!(
        "{:.0}/s against {:.0}/s ({name}); the server's CPU {:.0} µs against {:.0} µs; p99 {:.1} ms against {:.1} ms",
        ours.rate,
        theirs.rate,
        ours.cpu,
        theirs.cpu,
        ours.p99 / 1000.0,
        theirs.p99 / 1000.0
    )
}

impl Against {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        let (ours, theirs) =
            (self.orders(&self.site, &person).await?, self.orders(&self.other, &person).await?);
        if ours != theirs {
            return Err("the two servers show different boards".into());
        }
        let asks = |site: &Site| -> Rc<[Ask]> {
            Rc::new([Ask { request: site.get(&person, "/api/board", &[BROTLI]), status: 200, body: None }])
        };
        let sides = [
            Side { name: "near", site: &self.site, asks: asks(&self.site) },
            Side { name: "other", site: &self.other, asks: asks(&self.other) },
        ];
        let [near, other] = contest(sides, self.measure).await?;
        let note = format!("{} orders; {}", ours.1.len(), compared(near, other, "the other"));
        hand_in(&self.row, Some(near.rate / other.rate), &note)
    }

    /// The revision and the numbers of all orders, sorted.
    async fn orders(&self, site: &Site, person: &Person) -> Result<(String, Vec<String>), Failure> {
        let request = site.get(person, "/api/board", &[("Accept-Encoding", "identity")]);
        let board: serde_json::Value = serde_json::from_slice(&site.ask(&request).await?.body)?;
        let orders = board["orders"].as_array().ok_or("a board without orders")?;
        let mut numbers: Vec<_> = orders.iter().map(|order| order["number"].to_string()).collect();
        numbers.sort();
        Ok((board["revision"].to_string(), numbers))
    }
}
