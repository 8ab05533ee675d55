//! The program `verstak`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
