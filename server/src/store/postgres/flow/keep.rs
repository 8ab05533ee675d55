//! Stays and sums of single orders, replaced as their histories grow.

use app::domain::Timestamp;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::{Work, moment};
use crate::store::StoreError;

/// A step of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Whose.
    pub order: Uuid,
    /// Wire name of what was reached.
    pub status: String,
    /// When, by the clock of whoever told it.
    pub at: Timestamp,
    /// When it was noted here.
    pub noted: Option<Timestamp>,
    /// Who did it.
    pub by: Option<Uuid>,
    /// Whether a reason was given.
    pub reasoned: bool,
}

/// A stay of an order in a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Whose.
    pub order: Uuid,
    /// Counts the order's stays.
    pub place: i32,
    /// The stage's name.
    pub stage: &'static str,
    /// When it began.
    pub began: Timestamp,
    /// When it ended, how many seconds it took, and how many of them the order was on hold.
    pub ended: Option<(Timestamp, i64, i64)>,
    /// Whose the order was.
    pub operator: Option<Uuid>,
    /// It began with a step back.
    pub again: bool,
    /// At the bench, before the order was given back: since the take, reworks included.
    pub given_back: bool,
}

/// What an order's time in the workshop comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSums {
    /// Whose.
    pub order: Uuid,
    /// When it was approved.
    pub approved: Timestamp,
    /// When and how it ended, with seconds of work, waiting and hold.
    pub ended: Option<(Timestamp, &'static str, [i64; 3])>,
    /// How often it went back to the bench.
    pub reworks: i32,
    /// How often it was given back.
    pub releases: i32,
}

/// Orders that are to be looked at, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// All of them.
    pub orders: Vec<Uuid>,
    /// Those whose pay was changed.
    pub paid: Vec<Uuid>,
}

impl Work {
    /// Takes orders whose history has grown, or whose pay was changed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take_due_orders(&mut self, limit: i64) -> Result<Due, StoreError> {
        let rows: Vec<(Uuid, bool)> = sqlx::query_as(include_str!("../sql/flow_take_due.sql"))
            .bind(limit)
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("take due orders"))?;
        let once = |mut orders: Vec<Uuid>| {
            orders.sort_unstable();
            orders.dedup();
            orders
        };
        let paid = rows.iter().filter(|(_, paid)| *paid).map(|(order, _)| *order).collect();
        Ok(Due { orders: once(rows.into_iter().map(|(order, _)| order).collect()), paid: once(paid) })
    }

    /// Notes the days on which these orders were taken: they pay something else now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn mark_paid_days(&mut self, orders: &[Uuid], calendar: i32) -> Result<(), StoreError> {
        sqlx::query(include_str!("../sql/flow_mark_paid_days.sql"))
            .bind(orders)
            .bind(calendar)
            .execute(self.connection())
            .await
            .map_err(StoreError::during("mark paid days"))?;
        Ok(())
    }

    /// The histories of these orders, order by order, as they were noted.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read_steps(&mut self, orders: &[Uuid]) -> Result<Vec<StepRow>, StoreError> {
        type Row = (Uuid, String, OffsetDateTime, Option<OffsetDateTime>, Option<Uuid>, bool);
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/flow_read_steps.sql"))
            .bind(orders)
            .fetch_all(self.connection())
            .await
            .map_err(StoreError::during("read steps"))?;
        let step = |(order, status, at, noted, by, reasoned): Row| StepRow {
            order,
            status,
            at: moment::from_driver(at),
            noted: noted.map(moment::from_driver),
            by,
            reasoned,
        };
        Ok(rows.into_iter().map(step).collect())
    }

    /// Makes the stays of these orders just these, and notes which days that changes.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keep_stays(
        &mut self,
        orders: &[Uuid],
        stays: &[Stay],
        calendar: i32,
    ) -> Result<(), StoreError> {
        let each = |of: fn(&Stay) -> Option<i64>| stays.iter().map(of).collect::<Vec<_>>();
        sqlx::query(include_str!("../sql/flow_keep_stays.sql"))
            .bind(orders)
            .bind(stays.iter().map(|stay| stay.order).collect::<Vec<_>>())
            .bind(stays.iter().map(|stay| stay.place).collect::<Vec<_>>())
            .bind(stays.iter().map(|stay| stay.stage).collect::<Vec<_>>())
            .bind(stays.iter().map(|stay| moment::to_driver(stay.began)).collect::<Vec<_>>())
            .bind(stays.iter().map(|stay| stay.ended.map(|it| moment::to_driver(it.0))).collect::<Vec<_>>())
            .bind(each(|stay| stay.ended.map(|it| it.1)))
            .bind(each(|stay| stay.ended.map(|it| it.2)))
            .bind(stays.iter().map(|stay| stay.operator).collect::<Vec<_>>())
            .bind(calendar)
            .bind(stays.iter().map(|stay| stay.again).collect::<Vec<_>>())
            .bind(stays.iter().map(|stay| stay.given_back).collect::<Vec<_>>())
            .execute(self.connection())
            .await
            .map_err(StoreError::during("keep stays"))?;
        Ok(())
    }

    /// Makes the sums of these orders just these.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn keep_sums(&mut self, orders: &[Uuid], sums: &[OrderSums]) -> Result<(), StoreError> {
        let part = |at: usize| -> Vec<Option<i64>> {
            sums.iter().map(|order| order.ended.map(|(_, _, parts)| parts[at])).collect()
        };
        sqlx::query(include_str!("../sql/flow_keep_orders.sql"))
            .bind(orders)
            .bind(sums.iter().map(|order| order.order).collect::<Vec<_>>())
            .bind(sums.iter().map(|order| moment::to_driver(order.approved)).collect::<Vec<_>>())
            .bind(sums.iter().map(|it| it.ended.map(|it| moment::to_driver(it.0))).collect::<Vec<_>>())
            .bind(sums.iter().map(|it| it.ended.map(|it| it.1)).collect::<Vec<_>>())
            .bind(part(0))
            .bind(part(1))
            .bind(part(2))
            .bind(sums.iter().map(|order| order.reworks).collect::<Vec<_>>())
            .bind(sums.iter().map(|order| order.releases).collect::<Vec<_>>())
            .execute(self.connection())
            .await
            .map_err(StoreError::during("keep sums"))?;
        Ok(())
    }
}
