//! Keeps the board's ready-made bytes as a file of the site, plain and `.br` beside it, so that the server sends
//! exactly as many static bytes, with the same header of the encoding and an `ETag`.

use std::{fs, path::PathBuf};

use crate::{Failure, site::Site};

/// Keeps the board's bytes as a static file.
#[derive(Debug, clap::Args)]
pub struct Keep {
    /// ADDRESS,ADMIN,PID
    site: Site,
    /// The file below the site's folder
    #[arg(long)]
    to: PathBuf,
}

impl Keep {
    pub async fn run(&self) -> Result<(), Failure> {
        let person = self.site.sign_in("operator1").await?;
        for (encoding, ending) in [("identity", ""), ("br", ".br")] {
            let request = self.site.get(&person, "/api/board", &[("Accept-Encoding", encoding)]);
            let answer = self.site.ask(&request).await?;
            let sent = answer.header("content-encoding").unwrap_or("identity");
            if (answer.status, sent) != (200, encoding) {
                return Err(format!("the board came as {} {sent}, not as {encoding}", answer.status).into());
            }
            let mut name = self.to.clone().into_os_string();
            name.push(ending);
            fs::write(name, answer.body)?;
        }
        Ok(())
    }
}
