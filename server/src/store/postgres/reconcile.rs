//! Our side of a reconciliation with the source.

use app::domain::{Amount, ModelDigest, Money, OrderId, OrderNumber, Priority, Status};
use sqlx::{FromRow as _, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{
    Postgres,
    intake::{Facts, NamedModel},
    moment,
};
use crate::store::StoreError;

/// An order as it stands here.
#[derive(Debug, Clone, PartialEq)]
pub struct Ours {
    /// The order.
    pub order: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// Where it stands in the workshop.
    pub status: Status,
    /// The newest version that the source told of.
    pub source_version: Option<i64>,
    /// Its facts as the source stated them last.
    pub facts: Facts,
}

impl Postgres {
    /// All orders on the board, and those of these that are not.
    ///
    /// # Errors
    /// When the database is away, or holds what this program cannot read.
    #[tracing::instrument(skip_all)]
    pub async fn our_orders(&self, asked: &[OrderId]) -> Result<Vec<Ours>, StoreError> {
        const OPERATION: &str = "read our orders";
        let asked: Vec<Uuid> = asked.iter().map(|order| order.0).collect();
        super::counted();
        let rows = sqlx::query(include_str!("sql/our_orders.sql"))
            .bind(asked)
            .fetch_all(self.any())
            .await
            .map_err(StoreError::during(OPERATION))?;
        rows.iter().map(|row| ours(row).map_err(StoreError::during(OPERATION))).collect()
    }
}

fn ours(row: &PgRow) -> sqlx::Result<Ours> {
    let Row { id, number, status, source_version } = Row::from_row(row)?;
    Ok(Ours {
        order: OrderId(id),
        number: read("number", number.parse())?,
        status: read("status", status.parse())?,
        source_version,
        facts: facts(row)?,
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    status: String,
    source_version: Option<i64>,
}

fn facts(row: &PgRow) -> sqlx::Result<Facts> {
    let text = |name| row.try_get::<String, _>(name);
    let optional = |name| row.try_get::<Option<String>, _>(name);
    let pay = match (optional("pay")?, optional("pay_currency")?) {
        (Some(amount), Some(currency)) => Some(money(&amount, &currency)?),
        _ => None,
    };
    let model = match (optional("model_key")?, row.try_get::<Option<i64>, _>("model_size")?) {
        (Some(key), size) => {
            let sha256 = optional("model_declared")?;
            let sha256 =
                sha256.map(|text| read("model_declared", text.parse::<ModelDigest>())).transpose()?;
            Some(NamedModel { key, size: size.unwrap_or_default(), sha256 })
        }
        (None, _) => None,
    };
    Ok(Facts {
        channel: if text("channel")? == "api" { "api" } else { "shop" },
        title: text("title")?,
        material: text("material")?,
        size: optional("size")?,
        quantity: row.try_get("quantity")?,
        price: money(&text("price")?, &text("price_currency")?)?,
        pay,
        priority: if text("priority")? == "rush" { Priority::Rush } else { Priority::Normal },
        due_at: row.try_get::<Option<time::OffsetDateTime>, _>("due_at")?.map(moment::from_driver),
        comment: optional("comment")?,
        model,
    })
}

fn money(amount: &str, currency: &str) -> sqlx::Result<Money> {
    let amount: Amount = read("price", amount.parse())?;
    read("price_currency", Money::new(amount, currency))
}

fn read<T, E: std::error::Error + Send + Sync + 'static>(
    column: &str,
    read: Result<T, E>,
) -> sqlx::Result<T> {
    read.map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) })
}
