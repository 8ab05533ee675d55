//! Parts of the page of figures. The server alone writes them; its charts are SVG and say everything in words besides.

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
