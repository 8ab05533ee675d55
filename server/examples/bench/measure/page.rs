//! The board's page on a large board against a small one.

use std::rc::Rc;

use crate::{
    Failure,
    contest::{Measure, Side, contest},
    figures::hand_in,
    load::Ask,
    site::Site,
};

/// What the row compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Figure {
    /// Pages a second, large against small.
    Speed,
    /// The time for a page, large against small.
    Time,
}

/// A first page's bytes with brotli, at most.
const MOST: usize = 60 * 1024;

/// `GET /` of two servers with boards of different sizes.
#[derive(Debug, clap::Args)]
pub struct Page {
    /// The small board: ADDRESS,ADMIN,PID
    #[arg(long)]
    small: Site,
    /// The large one
    #[arg(long)]
    large: Site,
    /// What the row compares
    #[arg(long, value_enum)]
    figure: Figure,
    /// The row
    #[arg(long)]
    row: String,
    #[command(flatten)]
    measure: Measure,
}

impl Page {
    pub async fn run(&self) -> Result<(), Failure> {
        let (small, small_bytes) = self.side("small", &self.small).await?;
        let (large, large_bytes) = self.side("large", &self.large).await?;
        let [large, small] = contest([large, small], self.measure).await?;
        let value = match self.figure {
            Figure::Speed => large.rate / small.rate,
            Figure::Time => small.rate / large.rate,
        };
        let note = format!(
            "{:.0} pages/s of {large_bytes} bytes against {:.0}/s of {small_bytes}; the server's CPU {:.2} ms against \
             {:.2} ms",
            large.rate,
            small.rate,
            large.cpu / 1000.0,
            small.cpu / 1000.0
        );
        hand_in(&self.row, Some(value), &note)
    }

    async fn side<'a>(&self, name: &'a str, site: &'a Site) -> Result<(Side<'a>, usize), Failure> {
        let person = site.sign_in("operator1").await?;
        let plain = site.ask(&site.get(&person, "/", &[("Accept", "text/html")])).await?;
        let html = String::from_utf8(plain.body)?;
        if plain.status != 200 || !html.contains("data-order=") {
            return Err(format!("the page of the {name} board shows no order").into());
        }
        let headers = [("Accept", "text/html"), ("Accept-Encoding", "br")];
        let request = site.get(&person, "/", &headers);
        let bytes = site.ask(&request).await?.body.len();
        if bytes > MOST {
            return Err(format!("the page of the {name} board has {bytes} bytes").into());
        }
        Ok((Side { name, site, asks: Rc::new([Ask { request, status: 200, body: None }]) }, bytes))
    }
}
