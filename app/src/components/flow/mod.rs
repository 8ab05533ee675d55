//! Parts of the page of figures. The server alone writes them. Charts are SVG, with their parts named and hatched, not only
//! coloured; what the diagrams of days draw stands in figures in the table `days` to download, what the others draw in a
//! table beside them.

mod ageing;
mod bonuses;
mod diagram;
mod now;
mod people;
mod promises;
mod scale;
mod stages;
mod throughput;
mod worst;

pub use ageing::ageing;
pub use bonuses::bonuses;
pub use diagram::diagram;
pub use now::{standing, tiles};
pub use people::people;
pub use promises::promises;
pub use stages::{efficiency, stages};
pub use throughput::throughput;
pub use worst::worst;
