//! `verstak reconcile`: the source's list of approved orders against ours.

use std::{io::Read as _, path::PathBuf, process::ExitCode};

use crate::{
    clock::{Clock as _, SystemClock},
    config::Database,
    desk::reconcile::{Apply, BadLine, Report, read_list, reconcile},
    startup::{StartError, parts},
};

/// Bytes of a list at most.
const LONGEST: u64 = 256 * 1024 * 1024;
/// The list could not be used, as `grep` says it.
const UNUSABLE: u8 = 2;

/// What to compare with.
#[derive(Debug, clap::Args)]
pub struct Reconcile {
    /// The source's list: one order a line as JSON, a whole message or its `order` alone; - for standard input
    list: PathBuf,
    /// Take in what can be put right, as if it had come as messages
    #[arg(long)]
    apply: bool,
    /// Print JSON instead of sentences
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl Reconcile {
    /// Compares, and says what differs. Exit codes: 0 nothing is left to be done, 1 something is, 2 the list has bad
    /// lines and nothing was done.
    ///
    /// # Errors
    /// When the list cannot be read, or the database is away.
    pub async fn run(&self) -> Result<ExitCode, StartError> {
        let text = self.read().map_err(|source| StartError::ReadList { path: self.list.clone(), source })?;
        let list = match read_list(&text, SystemClock.now()) {
            Ok(list) => list,
            Err((count, lines)) => {
                self.complain(count, &lines);
                return Ok(ExitCode::from(UNUSABLE));
            }
        };
        let apply = if self.apply { Apply::All } else { Apply::No };
        let store = parts::store(&self.database)?;
        let report = reconcile(&store, &SystemClock, &list, apply).await.map_err(StartError::Database)?;
        self.tell(&report);
        Ok(if report.is_settled() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn read(&self) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        if self.list.as_os_str() == "-" {
            std::io::stdin().take(LONGEST + 1).read_to_end(&mut text)?;
        } else {
            std::fs::File::open(&self.list)?.take(LONGEST + 1).read_to_end(&mut text)?;
        }
        if text.len() as u64 > LONGEST {
            return Err(std::io::Error::other("the list has more than 256 MiB"));
        }
        Ok(text)
    }

    fn complain(&self, count: usize, lines: &[BadLine]) {
        if self.json {
            println!("{}", serde_json::json!({ "bad_lines": count, "errors": lines }));
            return;
        }
        for bad in lines {
            for field in &bad.fields {
                eprintln!("line {}: {} {}", bad.line, field.field, field.rule);
            }
        }
        if count > lines.len() {
            eprintln!("and {} bad lines more", count - lines.len());
        }
        eprintln!("{count} bad lines: nothing was compared, nothing was changed");
    }

    fn tell(&self, report: &Report) {
        if self.json {
            println!("{}", serde_json::to_string_pretty(report).unwrap_or_default());
            return;
        }
        for difference in &report.differences {
            println!("{}", difference.text);
        }
        println!(
            "{} orders in the list, {} on the board; {} agree ({} of them further along here), {} differ",
            report.listed,
            report.ours,
            report.same,
            report.further,
            report.differences.len()
        );
        let mut counts = report.counts.iter().map(|(differs, n)| format!("{} {n}", differs.name()));
        if let Some(first) = counts.next() {
            println!("{}", counts.fold(first, |all, next| format!("{all}, {next}")));
        }
        if report.left > 0 {
            println!("{} lines were not tried, the database was away: run this again", report.left);
        }
    }
}
