//! Hostile files: real ones changed at random, read, measured and drawn for as long as asked. A panic, a file that
//! takes too long or a process that grows too large counts.

use std::{
    panic::catch_unwind,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use server::model::{Limits, read, study};

use crate::{
    Failure,
    figures::{hand_in, tell},
    process::Process,
};

/// Longer than any file of these sizes may take, several times over.
const OVERRUN: Duration = Duration::from_secs(5);
/// More than the process may ever hold.
const MOST_BYTES: f64 = 512e6;

/// Changes the files of a folder at random.
#[derive(Debug, Args)]
pub struct Hostile {
    /// Real files to change
    #[arg(long, default_value = "server/src/model/tests/files")]
    files: PathBuf,
    /// How long
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// The same number makes the same changes
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Numbers that look like chance: `splitmix64`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

/// Numbers that break readers.
const ODD: [&str; 12] =
    ["0", "1", "-1", "255", "65535", "65536", "4294967295", "4294967296", "1e308", "-1e-308", "null", "[]"];

fn changed(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let json =
        file.get(12..16).and_then(|four| four.first_chunk()).map_or(0, |four| u32::from_le_bytes(*four));
    let end = (20 + json as usize).min(file.len());
    let (mut text, mut bin) = (file[20.min(end)..end].to_vec(), file[end..].to_vec());
    for _ in 0..=dice.roll(6) {
        match dice.roll(5) {
            // A number of the description becomes an odd one.
            0 | 1 => {
                let from = dice.roll(text.len());
                let Some(start) = text[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else {
                    continue;
                };
                let length = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let odd = ODD[dice.roll(ODD.len())];
                text.splice(start..start + length, odd.bytes());
            }
            2 => {
                let at = dice.roll(text.len());
                if let Some(byte) = text.get_mut(at) {
                    *byte = b' ' + dice.roll(95) as u8;
                }
            }
            3 => {
                let at = dice.roll(bin.len());
                let length = 1 + dice.roll(16);
                bin.iter_mut().skip(at).take(length).for_each(|byte| *byte = dice.roll(256) as u8);
            }
            _ => {
                let at = dice.roll(bin.len() / 4) * 4;
                let odd = [f32::NAN, f32::INFINITY, -0.0, 1e30, 1e-30, f32::MAX][dice.roll(6)].to_le_bytes();
                if let Some(word) = bin.get_mut(at..at + 4) {
                    word.copy_from_slice(&odd);
                }
            }
        }
    }
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut out = file[..20.min(file.len())].to_vec();
    out.extend(&text);
    out.extend(&bin);
    let whole = (out.len() as u32).to_le_bytes();
    if dice.roll(20) > 0 && out.len() >= 20 {
        out[8..12].copy_from_slice(&whole);
        out[12..16].copy_from_slice(&(text.len() as u32).to_le_bytes());
    }
    out
}

impl Hostile {
    pub async fn run(&self) -> Result<(), Failure> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.files)? {
            files.push(std::fs::read(entry?.path())?);
        }
        let (limits, begun, mut dice) = (Limits::default(), Instant::now(), Dice(self.seed));
        let (mut tried, mut accepted, mut panics, mut overruns, mut slowest) =
            (0_u64, 0_u64, 0_u64, 0_u64, Duration::ZERO);
        while begun.elapsed() < Duration::from_secs(self.seconds) {
            let file = changed(&files[dice.roll(files.len())], &mut dice);
            let started = Instant::now();
            let outcome = catch_unwind(|| read(&file, &limits).is_ok().then(|| study(&file, &limits)));
            let took = started.elapsed();
            slowest = slowest.max(took);
            tried += 1;
            accepted += u64::from(matches!(outcome, Ok(Some(_))));
            panics += u64::from(outcome.is_err());
            overruns += u64::from(took > OVERRUN);
            if outcome.is_err() || took > OVERRUN {
                let kept = std::env::temp_dir().join(format!("verstak-fuzz-{tried}.glb"));
                std::fs::write(&kept, &file)?;
                tell(format_args!("kept {}", kept.display()));
            }
        }
        let peak = 1024.0 * Process(std::process::id()).memory()?.peak;
        overruns += u64::from(peak > MOST_BYTES);
        let note = format!(
            "{tried} files in {} s, {accepted} of them read and measured; {panics} panics, {overruns} overruns; \
             slowest {} ms, peak {:.0} MB",
            self.seconds,
            slowest.as_millis(),
            peak / 1e6
        );
        hand_in("fuzz", Some((panics + overruns) as f64), &note)
    }
}
