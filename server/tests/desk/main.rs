//! The use cases, on real services and below the web.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../workshop/mod.rs"]
mod workshop;

mod batches;
mod bonus;
mod changed;
mod commands;
mod deadline;
mod figures;
mod flow;
mod frozen;
mod intake;
mod models;
mod models_study;
mod people;
mod promise;
mod reads;
mod reference;
