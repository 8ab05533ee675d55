//! What lasts: PostgreSQL (the truth) and S3 (the models). sqlx and aws-sdk-s3 are named only here.

mod error;
pub mod models;
mod origin;
pub mod postgres;
mod skew;

pub use error::StoreError;
pub use origin::{Origin, background};
pub use postgres::{Postgres, Work};
